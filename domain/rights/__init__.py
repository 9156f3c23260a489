"""Pure rules: resource rights and harvests; knows no order."""
