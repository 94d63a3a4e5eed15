using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>What colleagues told each other.</summary>
internal sealed partial class SeededCompany
{
    private void AddNote(ConsoleDb db, Conversation conversation, DateTimeOffset now)
    {
        var body = new NoteBody($"@{Secret} {Secret}", [new NoteMention(Tenant.OwnerId, 0, Secret.Length + 1)]);
        var note = new Message
        {
            Id = Id.New<MessageId>(now),
            TenantId = Tenant.Id,
            ConversationId = conversation.Id,
            InstanceId = conversation.InstanceId,
            Direction = MessageDirection.Out,
            Origin = MessageOrigin.Agent,
            Kind = body.Kind,
            Body = MessageBodyJson.Write(body),
            SentAt = now,
            CreatedAt = now,
            AuthorId = Tenant.OwnerId,
            ClientKey = Guid.NewGuid(),
        };
        db.AddRange(
            note,
            new Notice
            {
                Id = Id.New<NoticeId>(now),
                TenantId = Tenant.Id,
                UserId = Tenant.OwnerId,
                Kind = NoticeKind.Mentioned,
                ConversationId = conversation.Id,
                MessageId = note.Id,
                ById = Tenant.OwnerId,
                At = now,
            }
        );
    }
}
