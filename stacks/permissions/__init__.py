"""The grants of each role: exactly the calls that its code makes, on exactly their resources."""
