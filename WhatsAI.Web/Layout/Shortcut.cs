using System.Net;
using Microsoft.AspNetCore.Components;

namespace WhatsAI.Web.Layout;

/// <summary>A key and what it does. <paramref name="Keys"/> are key caps: "Ctrl K".</summary>
public sealed record Shortcut(string Keys, string Text)
{
    /// <summary>The caps as one piece: the list of them is in every open page.</summary>
    public MarkupString Caps =>
        new(string.Concat(Keys.Split(' ').Select(key => $"""<kbd class="kbd">{WebUtility.HtmlEncode(key)}</kbd>""")));
}

/// <summary>The shortcuts of what is on screen, for the dialog that lists them. Scoped to the circuit; a page adds its own and disposes of them when it is left.</summary>
public sealed class ShortcutList
{
    private readonly List<Group> _groups = [];

    public event Action? Changed;

    public IReadOnlyList<Group> Groups => _groups;

    public IDisposable Add(string title, params IReadOnlyList<Shortcut> shortcuts)
    {
        var group = new Group(title, shortcuts);
        _groups.Add(group);
        Changed?.Invoke();
        return new Removal(this, group);
    }

    /// <summary>The shortcuts of one page or pane.</summary>
    public sealed record Group(string Title, IReadOnlyList<Shortcut> Shortcuts);

    private sealed class Removal(ShortcutList list, Group group) : IDisposable
    {
        public void Dispose()
        {
            if (list._groups.RemoveAll(g => ReferenceEquals(g, group)) > 0)
            {
                list.Changed?.Invoke();
            }
        }
    }
}
