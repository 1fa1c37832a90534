"""What people allow, take with them and take back; what goes after its time."""
