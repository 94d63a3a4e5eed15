using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Inbox.Labels;

/// <summary>How a priority looks; it is said in words beside the icon.</summary>
public static class Priorities
{
    /// <summary>The most urgent first.</summary>
    public static IReadOnlyList<ConversationPriority> All { get; } =
    [ConversationPriority.Urgent, ConversationPriority.High, ConversationPriority.Normal, ConversationPriority.Low];

    /// <summary>Of its name in <see cref="InboxText"/>.</summary>
    public static string Key(ConversationPriority priority) =>
        priority switch
        {
            ConversationPriority.Urgent => "priority.urgent",
            ConversationPriority.High => "priority.high",
            ConversationPriority.Low => "priority.low",
            _ => "priority.normal",
        };

    public static string Icon(ConversationPriority priority) =>
        priority switch
        {
            ConversationPriority.Urgent => "keyboard_double_arrow_up",
            ConversationPriority.High => "keyboard_arrow_up",
            ConversationPriority.Low => "keyboard_arrow_down",
            _ => "drag_handle",
        };

    /// <summary>The classes of its tag; its icon comes with them.</summary>
    public static string Css(ConversationPriority priority) =>
        priority switch
        {
            ConversationPriority.Urgent => "tag priority urgent tone-critical",
            ConversationPriority.High => "tag priority high tone-warn",
            _ => "tag priority low",
        };
}
