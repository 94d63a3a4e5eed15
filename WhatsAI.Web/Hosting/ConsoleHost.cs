using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Diagnostics;
using WhatsAI.Infrastructure;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Analytics;
using WhatsAI.Web.Campaigns.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Contacts;
using WhatsAI.Web.Contacts.Imports;
using WhatsAI.Web.Inbox;
using WhatsAI.Web.Inbox.Transcripts;
using WhatsAI.Web.Inbox.Voice;
using WhatsAI.Web.Install;
using WhatsAI.Web.Instances.Pools.Status;
using WhatsAI.Web.Instances.Tape;
using WhatsAI.Web.Layout;
using WhatsAI.Web.Messaging;
using WhatsAI.Web.Metrics;

namespace WhatsAI.Web.Hosting;

/// <summary>What the console is made of, and in which order a request passes it.</summary>
public static class ConsoleHost
{
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                Args = args,
                ApplicationName = typeof(ConsoleHost).Assembly.GetName().Name,
                ContentRootPath = ContentRoot.Find(args),
            }
        );
        // Not only in Development: a build that was never published finds its files through the manifest too.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(o => o.AddServerHeader = false);
        builder.AddConsoleLogging();
        var services = builder.Services;
        services.AddInfrastructure(provider => provider.GetRequiredService<DatabaseAddress>().AppConnectionString);
        // Like every path of the configuration, it begins at the content root.
        services.PostConfigure<MediaOptions>(o => o.Directory = Path.GetFullPath(o.Directory, builder.Environment.ContentRootPath));
        services.AddSignIn();
        services.AddForwardedHeaders();
        services.AddMetricsPage();
        services.AddSingleton<CircuitHandler, CircuitMeter>();
        services.AddScoped<CircuitHandler, CircuitPage>();
        services.AddSingleton<CircuitDeaths>();
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<CircuitDeaths>());
        services.AddSingleton<Readiness>();
        services.AddScoped<TranscriptWords>();
        services.AddScoped<CollisionWords>();
        services.AddScoped<Campaigns.Drafts.PlanParts>();
        services.AddExceptionHandler<BareFailure>();
        services.AddSandbox(builder.Configuration);
        builder.AddConsoleUi();
        return builder;
    }

    public static void UseConsole(this WebApplication app)
    {
        app.UseRequestLog();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(
            (context, next) =>
            {
                // Programs get the bare status; only a person is shown a page.
                if (!context.Request.IsForPage() && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                {
                    pages.Enabled = false;
                }

                return next(context);
            }
        );
        app.UseStaleForms();
        app.UseRouting();
        app.UseMissingFiles();
        app.UseSameOriginCircuits();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseTenantRequests();
        app.MapHealth();
        app.MapMetrics();
        app.MapHome();
        app.MapInstall();
        app.MapGatewayWebhooks();
        app.MapMedia();
        app.MapReports();
        app.MapContactFiles();
        app.MapCampaignFiles();
        app.MapPersonalData();
        app.MapStatus();
        app.MapTapes();
        app.MapTranscripts();
        app.MapVoice();
        app.MapSandboxWhereEnabled("/sandbox");
        app.MapConsoleUi();
    }
}
