using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox.Labels;

/// <summary>A conversation's labels as tags, drawn into the row that shows them: a component for each would be dear.</summary>
public static class LabelTags
{
    /// <summary>By name. One that was deleted meanwhile has none and is left out.</summary>
    public static IReadOnlyList<InboxLabel> Of(LabelSet labels, IReadOnlyList<InboxLabel> known) =>
        labels.Ids.Count == 0 ? [] : [.. known.Where(l => labels.Contains(l.Id))];

    /// <summary>The tags, one after the other; what does not fit is cut.</summary>
    public static RenderFragment Draw(IReadOnlyList<InboxLabel> labels) =>
        builder =>
        {
            foreach (var label in labels)
            {
                builder.OpenElement(0, "span");
                builder.AddAttribute(1, "class", $"tag tag-outline tag-label cat-{label.Colour}");
                builder.AddAttribute(2, "title", label.Name);
                builder.AddContent(3, label.Name);
                builder.CloseElement();
            }
        };
}
