"""The house of containers: secrets, start, journeys and end of `docker-compose.yml`."""
