using System.Text.RegularExpressions;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances.Pools.Alerts;

public readonly record struct AlertChannelId(Guid Value) : IId<AlertChannelId>
{
    public static AlertChannelId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

/// <summary>How an alert leaves the console. Fixed for the channel's life.</summary>
public enum AlertChannelKind
{
    Email,
    Telegram,
    Webhook,
}

/// <summary>Of which alerts a channel tells.</summary>
/// <param name="Lowest">That level and graver ones.</param>
/// <param name="Kinds">Only these; empty for all.</param>
public sealed record AlertChoice(AlertLevel Lowest, IReadOnlyList<AlertKind> Kinds);

/// <summary>One place outside the console that is told of a company's alerts.</summary>
public sealed partial class AlertChannel : ITenantOwned
{
    public const int MaxNameLength = 60;
    public const int MaxTargetLength = 500;

    /// <summary>More would be a mailing list: a company's alerts go to a few places.</summary>
    public const int MaxChannels = 20;

    private AlertChannel() { }

    /// <exception cref="RuleException">The name, the target or the secret is not acceptable.</exception>
    public AlertChannel(
        AlertChannelId id,
        TenantId tenantId,
        AlertChannelKind kind,
        string name,
        string target,
        AlertChoice choice,
        DateTimeOffset now
    )
    {
        (Id, TenantId, Kind, CreatedAt) = (id, tenantId, kind, now);
        Change(name, target, choice);
    }

    public AlertChannelId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public AlertChannelKind Kind { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>A mail address, a Telegram chat ("-1001234", "@alerts") or a webhook's address.</summary>
    public string Target { get; private set; } = "";

    /// <summary>The bot's token, or what webhooks are signed with; encrypted under the master key. Null for mail.</summary>
    public string? EncryptedSecret { get; private set; }

    public AlertLevel Lowest { get; private set; } = AlertLevel.Warning;

    public IReadOnlyList<AlertKind> Kinds { get; private set; } = [];

    public bool IsEnabled { get; private set; } = true;

    /// <summary>What the last attempt failed with; null when it arrived.</summary>
    public DeliveryOutcome? LastFailure { get; private set; }

    public DateTimeOffset? LastFailureAt { get; private set; }

    public DateTimeOffset? LastDeliveredAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>How often people changed it; an edit of a stale copy is a conflict. Not the row's own version: the machine writes here too.</summary>
    public int Revision { get; private set; }

    /// <exception cref="RuleException">The name or the target is not acceptable.</exception>
    public void Change(string name, string target, AlertChoice choice)
    {
        var (trimmed, place) = (name.Trim(), target.Trim());
        if (trimmed.Length is 0 or > MaxNameLength || trimmed.Any(char.IsControl))
        {
            throw new RuleException("alert-channel.name-invalid", MaxNameLength);
        }

        if (place.Length > MaxTargetLength || !Accepts(Kind, place))
        {
            throw new RuleException($"alert-channel.target-{ReasonKey.Of(Kind)}");
        }

        (Name, Target, Lowest, Kinds) = (trimmed, place, choice.Lowest, [.. choice.Kinds.Distinct().Order()]);
        Revision++;
    }

    /// <param name="encryptedSecret">Encrypted as <see cref="EncryptedSecret"/> says.</param>
    public void Rekey(string encryptedSecret) => EncryptedSecret = encryptedSecret;

    public void Enable(bool on)
    {
        IsEnabled = on;
        Revision++;
    }

    /// <summary>Whether a target of this kind can be that.</summary>
    public static bool Accepts(AlertChannelKind kind, string target) =>
        kind switch
        {
            AlertChannelKind.Email => MailAddress().IsMatch(target),
            AlertChannelKind.Telegram => TelegramChat().IsMatch(target),
            _ => Uri.TryCreate(target, UriKind.Absolute, out var address)
                && address is { Scheme: "http" or "https", UserInfo: "", Fragment: "" },
        };

    /// <summary>It becomes a part of an address, so nothing else may be in it.</summary>
    public static bool IsTelegramToken(string secret) => TelegramToken().IsMatch(secret);

    // One address, plainly written: what a mail server makes of the rest is its own affair.
    [GeneratedRegex(@"^[^\s@<>,;:""\\()\[\]\p{C}]+@[^\s@<>,;:""\\()\[\]\p{C}]+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MailAddress();

    [GeneratedRegex(@"^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,40})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TelegramChat();

    [GeneratedRegex(@"^[0-9]{3,20}:[A-Za-z0-9_-]{20,100}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TelegramToken();
}
