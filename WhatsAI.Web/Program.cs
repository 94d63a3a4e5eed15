using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Web.Hosting;

if (args.Contains(SandboxProgram.Switch))
{
    return await SandboxProgram.RunAsync(args);
}

if (TenantCommand.IsMeant(args))
{
    return await TenantCommand.RunAsync(args);
}

if (BackupCommand.IsMeant(args))
{
    return await BackupCommand.RunAsync(args);
}

if (CampaignCommand.IsMeant(args))
{
    return await CampaignCommand.RunAsync(args);
}

var app = ConsoleHost.CreateBuilder(args).Build();
return await app.RunConsoleAsync();
