// A code that changes every minute is shown anew before it is old; without a connection the one that stands stays.
setInterval(() => { if (navigator.onLine) location.reload(); }, 20000);
