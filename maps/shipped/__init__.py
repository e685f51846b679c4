"""The saved maps that come with Surefoot, and the script that draws them."""
