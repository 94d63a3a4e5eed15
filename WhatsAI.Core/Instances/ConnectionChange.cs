using WhatsAI.Core.Messaging;

namespace WhatsAI.Core.Instances;

/// <summary>
/// What gateway events make of a number's link. They come twice, late and in any order (a close is three webhooks; an "open" may follow it), so what
/// contradicts is not believed but asked about: <see cref="NeedsProof"/>.
/// </summary>
/// <param name="Lines">What the log is to say; empty when nothing is new, however many events came.</param>
/// <param name="NeedsProof">The gateway is to be asked for the state it sees now.</param>
public sealed record ConnectionChange(ConnectionFacts Facts, IReadOnlyList<ConnectionLine> Lines, bool NeedsProof)
{
    /// <summary>The webhooks of one close come within milliseconds; an "open" this soon after one is likely older than it.</summary>
    public static readonly TimeSpan CloseWindow = TimeSpan.FromSeconds(10);

    // Clocks of two servers, and a webhook's way.
    private static readonly TimeSpan _tolerance = TimeSpan.FromMinutes(1);

    /// <summary>Whether there is nothing to write. It may be to ask all the same: see <see cref="NeedsProof"/>.</summary>
    public bool IsNothing(ConnectionFacts before) => Facts == before && Lines.Count == 0;

    /// <summary>What a batch of events makes of it, in the order they came; those that are not about the link change nothing.</summary>
    /// <param name="before">As it is stored.</param>
    /// <param name="events">As translated.</param>
    /// <param name="now">When they came: of most the gateway tells no time.</param>
    public static ConnectionChange Of(ConnectionFacts before, IEnumerable<GatewayEvent> events, DateTimeOffset now)
    {
        var change = new ConnectionChange(before, [], NeedsProof: false);
        foreach (var e in events)
        {
            change = change.Next(e, now);
        }

        return change;
    }

    /// <summary>The gateway was asked and answered: this stands above every webhook.</summary>
    public static ConnectionChange Proven(ConnectionFacts before, LinkState proven, DateTimeOffset now)
    {
        var change = new ConnectionChange(before, [], NeedsProof: false);
        return (proven, before.State) switch
        {
            (LinkState.Open, InstanceState.Open) => change,
            (LinkState.Open, _) => change.Opened(before, now, "proven-open"),
            (LinkState.Connecting, InstanceState.Open or InstanceState.Unknown) => change.To(
                InstanceState.Connecting,
                before.State is InstanceState.Open ? "reconnecting" : "connecting",
                now
            ),
            (LinkState.Closed or LinkState.Refused, InstanceState.Open or InstanceState.Connecting or InstanceState.Unknown) => change.To(
                InstanceState.Disconnected,
                before.WasLinked ? "proven-closed" : null,
                now
            ),
            _ => change,
        };
    }

    private ConnectionChange Next(GatewayEvent e, DateTimeOffset now) =>
        e switch
        {
            ConnectionChanged { State: LinkState.Connecting } => Connecting(now),
            ConnectionChanged { State: LinkState.Open } open => Open(open, now),
            ConnectionChanged { State: LinkState.Closed } closed => Closed(closed.Code, rich: false, until: null, reason: null, now),
            ConnectionChanged { State: LinkState.Refused } => GaveUp(now),
            InstanceClosed closed => Closed(closed, now),
            InstanceLoggedOut => Closed(code: null, rich: false, until: null, reason: null, now),
            InstanceRemoved => Removed(now),
            QrUpdated qr => Shows(qr, now),
            QrExpired => GaveUp(now),
            _ => this,
        };

    private ConnectionChange Connecting(DateTimeOffset now) =>
        Facts.State switch
        {
            // A late "connecting" cannot be told from a new one.
            InstanceState.Open => To(InstanceState.Connecting, "reconnecting", now) with { NeedsProof = true },
            InstanceState.Unknown or InstanceState.Disconnected => To(InstanceState.Connecting, "connecting", now),
            // Logged out, restricted and banned stay what they are until a session is open again.
            _ => this,
        };

    private ConnectionChange Open(ConnectionChanged e, DateTimeOffset now)
    {
        if (Facts.State.IsGrave() && now - Facts.Since < CloseWindow)
        {
            return this with { NeedsProof = true };
        }

        var known = Facts with
        {
            OwnJid = e.Owner?.Value ?? Facts.OwnJid,
            Phone = e.Owner?.Phone ?? Facts.Phone,
            ProfileName = e.ProfileName ?? Facts.ProfileName,
        };
        return Facts.State is InstanceState.Open ? this with { Facts = known.WithoutQr() } : Opened(known, now, "connected");
    }

    private ConnectionChange Closed(InstanceClosed e, DateTimeOffset now)
    {
        var ended = e.At ?? now;
        if (Facts.State is InstanceState.Open or InstanceState.Connecting && ended < Facts.Since - _tolerance)
        {
            // A close that the gateway repeats long after the number came back.
            return this with { NeedsProof = true };
        }

        return Closed(e.Code, rich: e.BanReason is not null || e.BanLasts is not null, ended + e.BanLasts, e.BanReason, now);
    }

    private ConnectionChange Closed(int? code, bool rich, DateTimeOffset? until, int? reason, DateTimeOffset now)
    {
        var to = StateOf(code);
        if (to is InstanceState.LoggedOut && !Facts.WasLinked)
        {
            // Nothing was ever linked: the gateway's word for "the QR run was ended".
            var closed = Facts.State is InstanceState.Connecting or InstanceState.Unknown
                ? To(InstanceState.Disconnected, null, now)
                : this;
            return closed with { Facts = closed.Facts with { QrCode = null, PairingCode = null, QrAt = null } };
        }

        var (sameClose, known) = (Facts.State.IsClosed() && now - Facts.Since < CloseWindow, Knowledge(Facts));
        var news = (code is null ? 0 : 1) + (rich ? 1 : 0);
        if (sameClose && news <= known && !(Gravity(to) > Gravity(Facts.State) && code is not null))
        {
            return this;
        }

        if (!sameClose && Facts.State.IsClosed())
        {
            var timeIsUp = Facts.State is InstanceState.Restricted && Facts.RestrictedUntil <= now;
            if (code is null || (Gravity(to) <= Gravity(Facts.State) && !timeIsUp))
            {
                return this;
            }
        }

        var facts = Facts with { State = to, CloseCode = code, RestrictedUntil = until, Since = sameClose ? Facts.Since : now };
        return new ConnectionChange(
            facts.WithoutQr(),
            [.. Lines, new ConnectionLine(to, code, What(code, reason), Replaces: sameClose)],
            NeedsProof || Facts.State is InstanceState.Open
        );
    }

    private ConnectionChange GaveUp(DateTimeOffset now)
    {
        var change = Facts.State switch
        {
            InstanceState.Open => this with { NeedsProof = true },
            InstanceState.Disconnected when Facts.CloseCode == QrLimit => this,
            InstanceState.Connecting or InstanceState.Unknown or InstanceState.Disconnected => To(
                InstanceState.Disconnected,
                "qr-limit",
                now,
                QrLimit
            ),
            _ => this,
        };
        return change with
        {
            Facts = change.Facts with { QrCode = null, PairingCode = null, QrAt = null, QrCount = Math.Max(1, Facts.QrCount) },
        };
    }

    private ConnectionChange Removed(DateTimeOffset now)
    {
        var change = Facts.State.IsClosed() ? this : To(InstanceState.Disconnected, "removed", now);
        return change with { Facts = change.Facts.WithoutQr(), NeedsProof = true };
    }

    private ConnectionChange Shows(QrUpdated qr, DateTimeOffset now)
    {
        if (Facts.State is InstanceState.Open)
        {
            return this with { NeedsProof = true };
        }

        var change = Facts.State is InstanceState.Unknown or InstanceState.Disconnected
            ? To(InstanceState.Connecting, "connecting", now)
            : this;
        return change with { Facts = change.Facts.Shows(qr.Code, qr.PairingCode, now) };
    }

    private ConnectionChange Opened(ConnectionFacts known, DateTimeOffset now, string what) =>
        (this with { Facts = known }).To(InstanceState.Open, what, now);

    private ConnectionChange To(InstanceState state, string? what, DateTimeOffset now, int? code = null) =>
        this with
        {
            Facts = (state is InstanceState.Open ? Facts.WithoutQr() : Facts) with
            {
                State = state,
                Since = now,
                CloseCode = code,
                RestrictedUntil = null,
            },
            Lines = what is null ? Lines : [.. Lines, new ConnectionLine(state, code, what)],
        };

    private const int QrLimit = 428;

    private static InstanceState StateOf(int? code) =>
        code switch
        {
            null or 401 => InstanceState.LoggedOut,
            402 => InstanceState.Restricted,
            403 or 406 => InstanceState.Banned,
            _ => InstanceState.Disconnected,
        };

    private static int Gravity(InstanceState state) =>
        state switch
        {
            InstanceState.Banned => 4,
            InstanceState.Restricted => 3,
            InstanceState.LoggedOut => 2,
            InstanceState.Disconnected => 1,
            _ => 0,
        };

    private static int Knowledge(ConnectionFacts facts) => (facts.CloseCode is null ? 0 : 1) + (facts.RestrictedUntil is null ? 0 : 1);

    // Only codes with a text of their own; WhatsApp may invent others.
    private static string What(int? code, int? reason) =>
        (code, reason) switch
        {
            (402, 101 or 102 or 103 or 104 or 106) => $"closed.402.{reason}",
            (401 or 402 or 403 or 406 or 408 or 411 or 428 or 440 or 500 or 503 or 515, _) => $"closed.{code}",
            (null, _) => "closed",
            _ => "closed.other",
        };
}
