"""FHIR R4 messages of laboratories: read strictly, answered entry by entry, taken by the actions of the JSON API."""
