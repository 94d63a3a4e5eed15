using System.Diagnostics.CodeAnalysis;
using WhatsAI.Core.Contacts;

namespace WhatsAI.Core.Messaging;

public enum JidKind
{
    /// <summary>A person known by phone number.</summary>
    Phone,

    /// <summary>A person known by WhatsApp's own id, whose phone number may stay unknown.</summary>
    Lid,
    Group,

    /// <summary>A broadcast list.</summary>
    Broadcast,

    /// <summary>The stories everybody posts to: <c>status@broadcast</c>.</summary>
    Status,
    Newsletter,

    /// <summary>A well-formed address of a kind this console does not know (a bot, a call).</summary>
    Other,
}

/// <summary>
/// An address in WhatsApp, normalized: no device or agent suffix, <c>@c.us</c> written as <c>@s.whatsapp.net</c>, the server in lower case.
/// The digits of a phone's address stay as WhatsApp sent them (a Brazilian one may lack its ninth digit): only that form can be answered.
/// </summary>
public sealed record Jid
{
    private const string PhoneServer = "s.whatsapp.net";

    // Real ones stay far below. What is longer could not be stored with the contact or the group.
    private const int LongestUser = 64;
    private const int LongestServer = 32;

    private Jid(JidKind kind, string user, string server) => (Kind, User, Value) = (kind, user, $"{user}@{server}");

    public JidKind Kind { get; }

    /// <summary>What stands before the @.</summary>
    public string User { get; }

    public string Value { get; }

    public bool IsPerson => Kind is JidKind.Phone or JidKind.Lid;

    /// <summary>The canonical number of a phone's address; null for every other kind.</summary>
    public PhoneNumber? Phone => Kind == JidKind.Phone && PhoneNumber.TryFromDigits(User, out var number) ? number : null;

    /// <summary>The address a number has as far as we know before WhatsApp has told its own form.</summary>
    public static Jid Of(PhoneNumber number) => new(JidKind.Phone, number.Digits, PhoneServer);

    /// <exception cref="FormatException">It is no address.</exception>
    public static Jid Parse(string text) => TryParse(text, out var jid) ? jid : throw new FormatException("Not a WhatsApp address.");

    /// <summary>Reads an address from outside; digits alone are taken as a phone's (Evolution's own channel sends them so).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Jid? jid)
    {
        jid = null;
        if (text is null || text.Length > 160)
        {
            return false;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        var server = at < 0 ? PhoneServer : text[(at + 1)..].ToLowerInvariant();
        server = server is "c.us" or "hosted" ? PhoneServer : server;
        var user = at < 0 ? text : WithoutDevice(text[..at]);
        if (!IsSafe(user, LongestUser) || !IsSafe(server, LongestServer))
        {
            return false;
        }

        var kind = KindOf(user, server == "hosted.lid" ? server = "lid" : server);
        if (kind is JidKind.Phone && !PhoneNumber.TryFromDigits(user, out _))
        {
            return false;
        }

        jid = new Jid(kind, user, server);
        return true;
    }

    public override string ToString() => Value;

    private static JidKind KindOf(string user, string server) =>
        server switch
        {
            PhoneServer => JidKind.Phone,
            "lid" => JidKind.Lid,
            "g.us" => JidKind.Group,
            "broadcast" => user == "status" ? JidKind.Status : JidKind.Broadcast,
            "newsletter" => JidKind.Newsletter,
            _ => JidKind.Other,
        };

    // 5511977770001_1:12@… : one account, agent 1, device 12.
    private static string WithoutDevice(string user)
    {
        var end = user.AsSpan().IndexOfAny(':', '_');
        return end < 0 ? user : user[..end];
    }

    private static bool IsSafe(string part, int longest) =>
        part.Length > 0 && part.Length <= longest && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
