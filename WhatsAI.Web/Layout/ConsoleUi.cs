using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Radzen;
using WhatsAI.Web.Analytics;
using WhatsAI.Web.Campaigns.Lists;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox;
using WhatsAI.Web.Inbox.Macros;
using WhatsAI.Web.Inbox.Search;
using WhatsAI.Web.Inbox.Views;
using WhatsAI.Web.Instances;
using WhatsAI.Web.Instances.Pools.Alerts;
using WhatsAI.Web.Tenancy;

namespace WhatsAI.Web.Layout;

public static class ConsoleUi
{
    public static void AddConsoleUi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // boot.js takes a link for dead after 15 s of silence
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(o => o.KeepAliveInterval = TimeSpan.FromSeconds(5));
        services.AddCascadingAuthenticationState();
        services.AddScoped(_ => new CascadingValueSource<ShellBadges>(() => null!, isFixed: false));
        services.AddCascadingValue(provider => provider.GetRequiredService<CascadingValueSource<ShellBadges>>());
        services.AddRadzenComponents();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(Cultures.Configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<ToastStack>();
        services.AddScoped<ShortcutList>();
        services.AddSingleton<MessageTools>();
        services.AddScoped<MacroRequests>();
        services.AddScoped<MacroWords>();
        services.AddScoped<ReportReads>();
        services.AddScoped<Instances.Pools.PoolDoers>();
        services.AddScoped<Campaigns.Live.CampaignReads>();
        services.AddScoped<Campaigns.Live.CampaignDoers>();
        services.AddScoped<Campaigns.Live.LiveFileReads>();
        services.AddScoped<Campaigns.Live.LiveFileTexts>();
        services.AddScoped<Instances.Tape.TapeReads>();
        services.AddScoped<ICommandSource, PageCommands>();
        services.AddScoped<ICommandSource, SettingsCommands>();
        services.AddScoped<ICommandSource, NumberCommands>();
        services.AddScoped<ICommandSource, AlertCommands>();
        services.AddScoped<ICommandSource, MacroCommands>();
        services.AddScoped<ICommandSource, ViewCommands>();
        services.AddScoped<ICommandSource, CampaignCommands>();
        services.AddScoped<ICommandSource, ShellCommands>();
        // Last: it always finds something, were it only the search for what was typed.
        services.AddScoped<ICommandSource, ConversationCommands>();
    }

    /// <summary>After authentication, because the signed-in person's language is a claim.</summary>
    public static void MapConsoleUi(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapLanguage();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(o =>
                // Compressing keeps a third of a megabyte for every open page; a change is a few kilobytes.
                o.DisableWebSocketCompression = true
            );
    }
}
