using WhatsAI.Web.Layout;

var builder = WebApplication.CreateBuilder(args);
builder.AddConsoleUi();

var app = builder.Build();
app.MapGet("/health/live", () => "ok");
app.MapConsoleUi();
app.Run();
