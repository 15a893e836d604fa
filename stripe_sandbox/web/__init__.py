"""What people and tests touch: the hosted pages, the control panel and its HTTP interface."""
