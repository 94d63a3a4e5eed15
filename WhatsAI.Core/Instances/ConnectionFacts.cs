using WhatsAI.Core.Contacts;

namespace WhatsAI.Core.Instances;

/// <summary>What is known of a number's link to WhatsApp: all that the next event is judged by.</summary>
/// <param name="Since">When <paramref name="State"/> began.</param>
public sealed record ConnectionFacts(InstanceState State, DateTimeOffset Since)
{
    /// <summary>WhatsApp's code of the last close; 428 with <see cref="InstanceState.Disconnected"/> is a QR run nobody scanned.</summary>
    public int? CloseCode { get; init; }

    public DateTimeOffset? RestrictedUntil { get; init; }

    /// <summary>The number's own JID; null until it has been open once.</summary>
    public string? OwnJid { get; init; }

    public PhoneNumber? Phone { get; init; }

    public string? ProfileName { get; init; }

    public string? QrCode { get; init; }

    public string? PairingCode { get; init; }

    public DateTimeOffset? QrAt { get; init; }

    /// <summary>Codes shown in this run. Above zero without a <see cref="QrCode"/>: the gateway gave up.</summary>
    public int QrCount { get; init; }

    /// <summary>Whether a phone was ever linked.</summary>
    public bool WasLinked => OwnJid is not null;

    /// <summary>The gateway stopped showing codes: nobody scanned.</summary>
    public bool GaveUp => QrCode is null && QrCount > 0;

    /// <summary>A code to show; the same one again is no news.</summary>
    public ConnectionFacts Shows(string? code, string? pairingCode, DateTimeOffset now) =>
        string.IsNullOrEmpty(code) || string.Equals(code, QrCode, StringComparison.Ordinal)
            ? this with
            {
                PairingCode = pairingCode ?? PairingCode,
            }
            : this with
            {
                QrCode = code,
                PairingCode = pairingCode ?? PairingCode,
                QrAt = now,
                QrCount = QrCount + 1,
            };

    /// <summary>No code is on the screen any more, and the next run counts from none.</summary>
    public ConnectionFacts WithoutQr() => this with { QrCode = null, PairingCode = null, QrAt = null, QrCount = 0 };
}

/// <summary>One line for the connection log.</summary>
/// <param name="What">A resource key below "log." ("connected", "closed.403").</param>
/// <param name="Replaces">Tells more of a close that was just written down: the line before it goes.</param>
public sealed record ConnectionLine(InstanceState State, int? Code, string What, bool Replaces = false);
