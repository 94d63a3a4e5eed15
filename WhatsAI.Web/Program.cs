using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Web.Layout;

if (args.Contains(SandboxProgram.Switch))
{
    return await SandboxProgram.RunAsync(args);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddConsoleUi();
builder.Services.AddSandbox(builder.Configuration);

var app = builder.Build();
app.MapGet("/health/live", () => "ok");
app.MapSandboxWhereEnabled("/sandbox");
app.MapConsoleUi();
await app.RunAsync();
return 0;
