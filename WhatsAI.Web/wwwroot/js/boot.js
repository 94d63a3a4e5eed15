// Starts Blazor.
Blazor.start({});
