using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Health;

/// <summary>A card of the health page, which reads again by itself, at most once a second.</summary>
public abstract class HealthPart : LiveComponent
{
    [CascadingParameter]
    protected ShellContext Shell { get; set; } = null!;

    [Inject]
    protected IStringLocalizer<HealthText> L { get; set; } = null!;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>Does what a person asked for, says that it is done, and reads what is left.</summary>
    /// <param name="done">Asked for afterwards: it may tell how much was done.</param>
    protected async Task DoAsync(Func<Task> action, Func<string> done)
    {
        if (await RunAsync(action))
        {
            Toasts.Show(done());
        }

        await ReloadAsync();
    }
}
