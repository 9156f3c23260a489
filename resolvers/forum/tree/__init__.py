"""The tree of sections: the forum as one viewer sees it, its deleted sections, and changes of it."""
