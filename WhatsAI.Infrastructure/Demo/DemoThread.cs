using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>One conversation in the making: its messages in their order, and what follows from them.</summary>
internal sealed class DemoThread(TenantId tenant, InstanceId instance, DemoPerson person, DateTimeOffset createdAt, Random random)
{
    private readonly ConversationId _id = Id.New<ConversationId>(createdAt);

    public List<Message> Messages { get; } = [];

    public List<Reaction> Reactions { get; } = [];

    public InstanceId Instance => instance;

    public DemoPerson Person => person;

    public string? GroupJid { get; init; }

    public string? GroupTitle { get; init; }

    public ConversationStatus Status { get; set; } = ConversationStatus.Open;

    public UserId? ResolvedBy { get; set; }

    private ConversationKind Kind => GroupJid is null ? ConversationKind.Person : ConversationKind.Group;

    public Message In(
        DateTimeOffset at,
        MessageBody body,
        MediaId? media = null,
        string? replyTo = null,
        ContactId? sender = null,
        DateTimeOffset? deletedAt = null
    ) =>
        Add(
            new Message
            {
                Id = Id.New<MessageId>(at),
                TenantId = tenant,
                ConversationId = _id,
                InstanceId = instance,
                Direction = MessageDirection.In,
                Origin = MessageOrigin.Customer,
                Kind = body.Kind,
                Text = body.Plain,
                Body = MessageBodyJson.Write(body),
                ProviderId = "3A" + Convert.ToHexString(Bytes(9)),
                SentAt = at,
                CreatedAt = at,
                SenderId = sender ?? person.Contact.Id,
                DeletedAt = deletedAt,
                ReplyToProviderId = replyTo,
                MediaId = media,
                MediaState = media is null ? null : MediaState.Ready,
            }
        );

    public Message Out(
        DateTimeOffset at,
        UserId? author,
        MessageBody body,
        DeliveryState delivery,
        MediaId? media = null,
        string? reason = null,
        string? replyTo = null,
        DateTimeOffset? editedAt = null
    ) =>
        Add(
            new Message
            {
                Id = Id.New<MessageId>(at),
                TenantId = tenant,
                ConversationId = _id,
                InstanceId = instance,
                Direction = MessageDirection.Out,
                Origin = author is null ? MessageOrigin.Phone : MessageOrigin.Agent,
                Kind = body.Kind,
                Text = body.Plain,
                Body = MessageBodyJson.Write(body),
                ProviderId = delivery is DeliveryState.Failed or DeliveryState.Unconfirmed ? null : "3EB0" + Convert.ToHexString(Bytes(9)),
                SentAt = at,
                CreatedAt = at,
                AuthorId = author,
                EditedAt = editedAt,
                Delivery = delivery,
                Reason = reason,
                Lane = author is null ? null : Lane.Reply,
                Attempts = author is null ? (short)0 : (short)1,
                AttemptedAt = author is null ? null : at,
                ReplyToProviderId = replyTo,
                MediaId = media,
                MediaState = media is null ? null : MediaState.Ready,
            }
        );

    /// <summary>A line of the console's own.</summary>
    public void Line(DateTimeOffset at, string key, params string[] values) =>
        Add(
            new Message
            {
                Id = Id.New<MessageId>(at),
                TenantId = tenant,
                ConversationId = _id,
                InstanceId = instance,
                Direction = MessageDirection.Out,
                Origin = MessageOrigin.System,
                Kind = MessageKind.Line,
                Body = MessageBodyJson.Write(new LineBody(key, values)),
                SentAt = at,
                CreatedAt = at,
            }
        );

    /// <summary>One agent to another. Nobody but them reads it.</summary>
    public Message Note(DateTimeOffset at, UserId author, string text, UserId mentioned, string name)
    {
        var body = new NoteBody($"@{name} {text}", [new NoteMention(mentioned, 0, name.Length + 1)]);
        return Add(
            new Message
            {
                Id = Id.New<MessageId>(at),
                TenantId = tenant,
                ConversationId = _id,
                InstanceId = instance,
                Direction = MessageDirection.Out,
                Origin = MessageOrigin.Agent,
                Kind = body.Kind,
                Body = MessageBodyJson.Write(body),
                SentAt = at,
                CreatedAt = at,
                AuthorId = author,
            }
        );
    }

    public void React(Message target, string emoji, bool ours) =>
        Reactions.Add(
            new Reaction
            {
                TenantId = tenant,
                InstanceId = instance,
                TargetProviderId = target.ProviderId!,
                Actor = ours ? "me" : person.Identity.Jid,
                Emoji = emoji,
                At = target.SentAt.AddSeconds(20),
            }
        );

    public Conversation Row() =>
        new()
        {
            Id = _id,
            TenantId = tenant,
            InstanceId = instance,
            Kind = Kind,
            ContactId = GroupJid is null ? person.Contact.Id : null,
            GroupJid = GroupJid,
            Title = GroupTitle,
            CreatedAt = createdAt,
        };

    /// <param name="unread">At most as many as came after our last word.</param>
    public ConversationHead Head(int unread)
    {
        var last = Last();
        var trailing = Messages.OrderByDescending(m => m.SentAt).TakeWhile(m => m.Direction == MessageDirection.In).Count();
        return new ConversationHead
        {
            ConversationId = _id,
            TenantId = tenant,
            InstanceId = instance,
            Kind = Kind,
            Status = Status,
            EpisodeId = EpisodeId,
            LastMessageId = last.Id,
            LastAt = last.SentAt,
            LastPreview = last.DeletedAt is null ? last.Text[..Math.Min(last.Text.Length, 160)] : "",
            LastKind = last.Kind,
            LastDirection = last.Direction,
            LastDelivery = last.Delivery,
            LastInboundAt = Messages.Where(m => m.Direction == MessageDirection.In).Select(m => (DateTimeOffset?)m.SentAt).Max(),
            Unread = Math.Min(unread, trailing),
        };
    }

    private EpisodeId EpisodeId { get; } = Id.New<EpisodeId>(createdAt);

    // The console's own lines move no row of the list.
    private Message Last() => Messages.Where(m => !m.Kind.IsInternal()).MaxBy(m => (m.SentAt, m.Id.Value))!;

    private Message Add(Message message)
    {
        Messages.Add(message);
        return message;
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
