using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>What every message of an open thread needs to know of its surroundings.</summary>
/// <param name="MayReply">The member may, and there is a number to reply through.</param>
/// <param name="NumberGone">The number was removed: its conversations are there to be read.</param>
/// <param name="Title">The customer's name as the thread's head shows it.</param>
public sealed record ThreadContext(
    ShellContext Shell,
    string Title,
    string ColourKey,
    string? Picture,
    UserId Me,
    bool MayReply,
    bool MayResend,
    bool NumberGone = false
)
{
    public string Time(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Shell.TimeZone).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    public string Media(MediaId media) => InboxUrl.Media(Shell, media);
}
