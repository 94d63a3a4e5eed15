using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

/// <summary>What the top bar does, in the command palette: theme, language and the list of shortcuts.</summary>
public sealed class ShellCommands(IStringLocalizer<CommonText> texts, IJSRuntime js, NavigationManager navigation) : ICommandSource
{
    public Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken) =>
        Task.FromResult<IReadOnlyList<Command>>(query.Text.Length == 0 ? [] : FuzzyMatch.Best(All(), query.Text));

    private IEnumerable<Command> All()
    {
        string group = texts["palette.actions"];
        yield return Theme(group, "light_mode", "theme.light", "light");
        yield return Theme(group, "dark_mode", "theme.dark", "dark");
        yield return Theme(group, "contrast", "theme.system", "system");
        yield return Command.Do(
            group,
            "keyboard",
            texts["shortcuts.title"],
            () => js.InvokeVoidAsync("consoleShell.open", "shortcuts").AsTask(),
            "?"
        );
        foreach (var culture in Cultures.All.Where(c => c.Name != CultureInfo.CurrentUICulture.Name))
        {
            yield return Command.Do(group, "translate", culture.Text, () => Speak(culture.Name));
        }
    }

    private Command Theme(string group, string icon, string key, string choice) =>
        Command.Do(group, icon, $"{texts["theme.title"]}: {texts[key]}", () => js.InvokeVoidAsync("consoleTheme.choose", choice).AsTask());

    private Task Speak(string culture)
    {
        var here = Uri.EscapeDataString("/" + navigation.ToBaseRelativePath(navigation.Uri));
        navigation.NavigateTo($"/language/{culture}?returnUrl={here}", forceLoad: true);
        return Task.CompletedTask;
    }
}
