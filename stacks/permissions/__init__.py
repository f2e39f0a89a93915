"""What each role may do: exactly the calls its code makes, on exactly the resources it makes them on."""
