"""What the functions do through AWS, once each and however often they are asked."""
