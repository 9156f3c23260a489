"""From calls to rows: resource rights and harvests; knows no order."""
