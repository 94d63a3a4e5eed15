using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox;
using WhatsAI.Web.Layout;

namespace WhatsAI.Tests.Common;

/// <summary>A bUnit context with what every component of the console may ask for: texts, clock, toasts, a browser that answers nothing.</summary>
public class ComponentContext : Bunit.BunitContext
{
    public ComponentContext()
        : this("en") { }

    public ComponentContext(string culture)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        JSInterop.Mode = Bunit.JSRuntimeMode.Loose;
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddScoped<ToastStack>();
        Services.AddScoped<ShortcutList>();
        Services.AddSingleton<MessageTools>();
    }

    public ManualTime Time { get; } = new();

    public ToastStack Toasts => Services.GetRequiredService<ToastStack>();

    public static ShellContext Shell { get; } =
        new(
            "Distribuidora Aurora",
            "aurora",
            "Júlia Prado",
            "JP",
            "Admin",
            [new ShellTenant("Distribuidora Aurora", "aurora"), new ShellTenant("Mercado Sol", "sol")],
            TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo"),
            Id.New<UserId>(DateTimeOffset.UnixEpoch),
            RolePermissions.Of(Role.Admin)
        );
}
