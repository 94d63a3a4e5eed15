using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace WhatsAI.Web.Inbox;

/// <summary>
/// The buttons beside a message. A thread has as many as messages, so they are markup made once for all circuits: what a click on them does is in thread.js,
/// which tells <see cref="ThreadBrowser"/>; what they open is <see cref="MessageMenus"/>.
/// </summary>
public sealed class MessageTools(IStringLocalizer<InboxText> texts)
{
    /// <summary>The reactions offered at a click, as WhatsApp does.</summary>
    public static readonly IReadOnlyList<string> Quick = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

    private readonly ConcurrentDictionary<(string Language, bool MayEdit, bool MayDelete), MarkupString> _made = new();

    private readonly ConcurrentDictionary<string, MarkupString> _notes = new();

    public MarkupString Of(bool mayEdit, bool mayDelete) =>
        _made.GetOrAdd((CultureInfo.CurrentUICulture.Name, mayEdit, mayDelete), key => new(Make(key.MayEdit, key.MayDelete)));

    /// <summary>Of one's own note.</summary>
    public MarkupString OfNote() =>
        _notes.GetOrAdd(
            CultureInfo.CurrentUICulture.Name,
            _ => new($"""<span class="msg-tools">{Menu("more.note", "more_vert", "more", " data-edit data-delete")}</span>""")
        );

    private string Make(bool mayEdit, bool mayDelete)
    {
        // What stands in the menu is said before it is opened.
        var more =
            mayEdit && mayDelete ? "more"
            : mayEdit ? "edit"
            : "delete";
        var may = (mayEdit ? " data-edit" : "") + (mayDelete ? " data-delete" : "");
        return $"""<span class="msg-tools">{Button("reply", "reply", """data-do="reply" """)}{Menu("react", "add_reaction", "react")}{(may.Length > 0 ? Menu(more, "more_vert", "more", may) : "")}</span>""";
    }

    private string Menu(string label, string icon, string menu, string more = "") =>
        Button(label, icon, $"""popovertarget="message-{menu}" aria-haspopup="menu" aria-expanded="false"{more}""");

    private string Button(string label, string icon, string attributes)
    {
        var words = WebUtility.HtmlEncode(texts[label]);
        return $"""<button type="button" class="btn btn-ghost btn-sm btn-icon" {attributes} aria-label="{words}" title="{words}"><span class="icon" aria-hidden="true">{icon}</span></button>""";
    }
}
