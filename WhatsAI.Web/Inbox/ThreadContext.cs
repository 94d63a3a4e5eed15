using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>What every message of an open thread needs to know of its surroundings.</summary>
/// <param name="Title">The customer's name as the thread's head shows it.</param>
public sealed record ThreadContext(
    ShellContext Shell,
    string Title,
    string ColourKey,
    string? Picture,
    UserId Me,
    bool MayReply,
    bool MayResend
)
{
    public string Time(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Shell.TimeZone).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    public string Media(MediaId media) => InboxUrl.Media(Shell, media);
}
