using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What the agents write each other about the newest conversations, and what their bells say of it.</summary>
internal static class DemoNotes
{
    private static readonly string[] _texts =
    [
        "cliente ouro. Se for avaria, pode repor sem pedir autorização.",
        "a transportadora confirma até 11h? Prometi retorno.",
        "já tem boleto em aberto, confira com o financeiro antes de liberar.",
    ];

    /// <summary>Writes the notes into their threads; gives what is told of them.</summary>
    public static IReadOnlyList<Notice> Add(IReadOnlyList<DemoThread> threads, UserId ana, UserId bruno)
    {
        var notices = new List<Notice>();
        foreach (var (i, thread) in threads.Where(t => t.GroupJid is null).Take(_texts.Length).Index())
        {
            var (by, to, name) = i == 1 ? (ana, bruno, "Bruno Teixeira") : (bruno, ana, "Ana Ribeiro");
            // Above the last word, whoever said it.
            var at = thread.Messages.Max(m => m.SentAt).AddSeconds(-40);
            var note = thread.Note(at, by, _texts[i], to, name);
            notices.Add(Of(note, to, by, isRead: i == 2));
        }

        return notices;
    }

    private static Notice Of(Message note, UserId to, UserId by, bool isRead) =>
        new()
        {
            Id = Id.New<NoticeId>(note.SentAt),
            TenantId = note.TenantId,
            UserId = to,
            Kind = NoticeKind.Mentioned,
            ConversationId = note.ConversationId,
            MessageId = note.Id,
            ById = by,
            At = note.SentAt,
            ReadAt = isRead ? note.SentAt.AddMinutes(1) : null,
        };
}
