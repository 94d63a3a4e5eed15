using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Privacy;

/// <summary>Forgets a person (LGPD, article 18). In one transaction: who is forgotten by half is not.</summary>
public sealed class PersonalDataActions(
    NpgsqlDataSource database,
    CurrentMember member,
    ErasedPeople erased,
    IEnumerable<IContactStep> steps,
    EventHub hub,
    TimeProvider time,
    ILogger<PersonalDataActions> log
)
{
    private const int MostCollisions = 3;

    /// <summary>It cannot be taken back.</summary>
    /// <exception cref="RuleException">The member may not, does not see every number, or the contact is gone.</exception>
    public async Task EraseAsync(ContactId id, CancellationToken ct = default)
    {
        PersonalDataQueries.Demand(member);
        for (var i = 1; ; i++)
        {
            try
            {
                await OnceAsync(id, ct);
                log.LogInformation("Contact {ContactId} of {TenantId} was forgotten by {UserId}", id, member.TenantId, member.UserId);
                return;
            }
            // Whoever hears from the person meanwhile holds the same rows in another order, or names a file that was to go.
            catch (PostgresException e)
                when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.ForeignKeyViolation && i < MostCollisions) { }
        }
    }

    private async Task OnceAsync(ContactId id, CancellationToken ct)
    {
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var family = await ErasureSql.FamilyAsync(connection, tenant, id, locked: true, ct);
        if (family.Count == 0)
        {
            throw new RuleException("contact.gone");
        }

        var identities = await ErasureSql.IdentitiesAsync(connection, tenant, family, ct);
        await erased.AddAsync(connection, tenant, [.. identities.Select(i => (i.Kind, i.Value))], now, ct);
        var pictures = await ErasureSql.PicturesAsync(connection, tenant, family, ct);
        string[] addresses = [.. identities.Select(i => i.Jid).Distinct()];
        string[] phones = [.. identities.Where(i => i.Kind == IdentityKind.Phone).Select(i => i.Value)];
        var erasure = new ContactErasure(connection, tenant, family, addresses, phones, pictures, member.UserId, now);
        await ErasureSql.EraseAsync(erasure, ct);
        foreach (var step in steps)
        {
            await step.EraseAsync(erasure, ct);
        }

        await transaction.CommitAsync(ct);
        foreach (var change in erasure.Changes.Append(new ContactsChanged(tenant)))
        {
            hub.Publish(change);
        }
    }
}
