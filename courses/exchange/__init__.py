"""Questions from files and into files: XLSX (everything), GIFT and Aiken (what those forms can hold)."""
