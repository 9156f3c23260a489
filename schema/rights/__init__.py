"""Types and root fields: resource rights and harvests; knows no order."""
