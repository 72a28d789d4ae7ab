// A day that does not exist, such as 31/02, stays as it was typed, and the server says so: Wagtail's picker would make 3 March of it.
const picker = window.jQuery?.fn.datetimepicker;
if (picker) picker.defaults.validateOnBlur = false;
