using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

/// <summary>One line of the command palette: goes somewhere or does something.</summary>
public sealed record Command(string Group, string Icon, string Title, string? Detail, string? Href, Func<Task>? Run)
{
    public static Command Go(string group, string icon, string title, string href, string? detail = null) =>
        new(group, icon, title, detail, href, null);

    public static Command Do(string group, string icon, string title, Func<Task> run, string? detail = null) =>
        new(group, icon, title, detail, null, run);
}

/// <summary>What was typed (trimmed; empty when the palette opens) and where.</summary>
public sealed record CommandQuery(string Text, ShellContext Shell);

/// <summary>Gives the command palette its lines. Scoped to the circuit, so the tenant is entered; asked in the order of registration, groups appear in that order.</summary>
public interface ICommandSource
{
    /// <summary>The best first, a handful at most. Called again for every pause in typing; a call that is overtaken is cancelled.</summary>
    Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken);
}
