using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Privacy;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <summary>The files that a person sent and was sent. Their rows are forgotten with the messages, their bytes when no company names them any more.</summary>
public sealed class MediaContactStep(IMediaStore store) : IContactStep
{
    public async Task<IReadOnlyList<PersonalFile>> FilesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<ContactId> contacts,
        CancellationToken ct
    ) =>
        (await ConversationErasure.FilesAsync(connection, tenant, contacts, ct)).ConvertAll(f => new PersonalFile(
            f.Id + Ending(f.Name),
            () => store.OpenRead(f.Hash)
        ));

    // Of a name somebody else chose: what a file is opened with, and nothing that leads out of its folder.
    private static string Ending(string? name) =>
        Path.GetExtension(name) is { Length: > 1 and < 12 } ending && ending.Skip(1).All(char.IsAsciiLetterOrDigit) ? ending : "";
}
