using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Messaging;

/// <summary>A gateway event on one line, with everything that a reader of it may rely on.</summary>
internal static class EventLine
{
    public static string Of(GatewayEvent one) =>
        one switch
        {
            MessageReceived e => "received " + Of(e.Message),
            MessageSentEcho e => "echo " + Of(e.Message),
            HistoryReceived e => "history " + string.Join(" ; ", e.Messages.Select(Of)),
            ReceiptReceived e => $"receipt {e.ProviderId} {e.State} fromMe={e.FromMe} {e.Chat} {e.Participant}".TrimEnd(),
            MessageEdited e => $"edited {e.ProviderId} {Of(e.Body)} {At(e.At)}",
            MessageRevoked e => $"revoked {e.ProviderId} fromMe={e.By.FromMe}",
            MessageDeletedByUs e => $"deleted by us {e.ProviderId}",
            ReactionChanged e =>
                $"reaction {e.Emoji ?? "none"} on {e.TargetId} by {(e.FromMe ? "us" : e.Actor)}|{e.ActorAlt} in {e.Chat} {At(e.At)}",
            ConnectionChanged e => $"link {e.State} {e.Code} {e.Owner} {e.ProfileName}".TrimEnd(),
            QrUpdated e => $"qr {EvolutionStart(e.Code)} image={e.Image is not null} pairing={e.PairingCode}",
            QrExpired e => $"qr expired {e.Code}",
            InstanceClosed e => $"closed {e.Code} {At(e.At)} ban={e.BanReason} lasts={e.BanLasts}",
            InstanceLoggedOut => "logged out",
            InstanceRemoved => "removed",
            ContactSeen e => $"contact {e.Jid} name={e.PushName} picture={e.PictureUrl is not null}",
            ChatSeen e => $"chat {e.Chat} name={e.Name} unread={e.Unread}",
            ChatDeleted e => $"chat deleted {e.Chat}",
            PresenceChanged e => $"presence {e.Actor} {e.State} {At(e.LastSeen)}".TrimEnd(),
            GroupChanged e => $"group {e.Group} '{e.Subject}' members={string.Join(',', e.Members.Select(m => $"{m.Jid}|{m.Phone}"))}",
            GroupMembersChanged e =>
                $"members {e.Change} in {e.Group} by {e.Author}: {string.Join(',', e.Members.Select(m => $"{m.Jid}|{m.Phone}|{m.Name}"))}",
            CallReceived e => $"call {e.CallId} {e.Status} {e.From} video={e.Video} {At(e.At)}",
            Ignored e => $"ignored ({e.Reason})",
            Unknown e => $"unknown {e.Name} ({e.Reason})",
            _ => throw new InvalidOperationException("A new kind of event has no line yet: " + one.GetType().Name),
        };

    private static string Of(GatewayMessage m)
    {
        var parts = new List<string> { m.ProviderId, $"{m.Chat}|{m.ChatAlt}" };
        parts.Add(m.FromMe ? "ours" : "theirs");
        Add("from", m.Sender is null ? null : $"{m.Sender}|{m.SenderAlt}");
        Add("name", m.PushName);
        parts.Add(At(m.At));
        parts.Add(Of(m.Body));
        Add("quotes", m.Quoted is { } q ? $"{q.ProviderId} by {q.Author} {q.Kind} '{q.Preview}'" : null);
        Add("mentions", m.Mentions.Count > 0 ? string.Join(',', m.Mentions) : null);
        Add("ad", m.Ad is { } ad ? $"{ad.SourceType} {ad.SourceId} {ad.ClickId} '{ad.Title}'" : null);
        Add("flags", string.Join(',', Flags(m)) is { Length: > 0 } flags ? flags : null);
        Add("source", m.Source);
        Add("state", m.State?.ToString());
        return string.Join(' ', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{name}={value}");
            }
        }
    }

    private static IEnumerable<string> Flags(GatewayMessage m)
    {
        if (m.Forwarded)
        {
            yield return "forwarded";
        }

        if (m.Ephemeral)
        {
            yield return "ephemeral";
        }

        if (m.ViewOnce)
        {
            yield return "view-once";
        }
    }

    private static string Of(MessageBody body) =>
        body switch
        {
            AudioBody a => $"[Audio voice={a.Voice} {a.Seconds}s wave={a.Waveform?.Length} {Of(a.Media)}]",
            VideoBody v => $"[Video '{v.Caption}' {v.Seconds}s {Of(v.Media)}]",
            LocationBody l => FormattableString.Invariant($"[Location {l.Latitude} {l.Longitude} '{l.Name}' '{l.Address}' live={l.Live}]"),
            ContactsBody c => $"[Contacts {string.Join(',', c.Cards.Select(card => $"{card.Name}:{string.Join('/', card.Phones)}"))}]",
            PollBody p => $"[Poll '{p.Question}' {string.Join('/', p.Options)} {p.Selectable}]",
            ChoiceBody c => $"[Choice {c.Form} {c.Id} '{c.Text}']",
            MenuBody m =>
                $"[Menu {m.Form} '{m.Title}' '{m.Text}' '{m.Footer}' {string.Join('/', m.Options.Select(o => o.Id + ":" + o.Text))}]",
            UnsupportedBody u => $"[Unsupported {u.Type}]",
            _ => $"[{body.Kind} '{body.Plain}'{(body.File is { } file ? " " + Of(file) : "")}]",
        };

    private static string Of(MediaReference media) =>
        $"{media.MimeType} {media.Size} '{media.FileName}' {media.Width}x{media.Height} {media.Sha256?[..8]} {media.ProviderKey}";

    private static string At(DateTimeOffset? at) =>
        at?.ToString("yyyy-MM-dd'T'HH:mm:ss.fffK", System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static string EvolutionStart(string code) => code.Length <= 6 ? code : code[..6] + "…";
}
