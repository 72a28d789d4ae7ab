# Browsers without a calendar of their own send what was typed: the day comes first, as everybody here writes it.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
