using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Consents;

/// <summary>What a member enters of a person's word.</summary>
/// <param name="SaidAt">When the person said so.</param>
/// <param name="Basis">Of an opt-in.</param>
/// <param name="Proof">What shows it; needed for an opt-in.</param>
public sealed record ConsentForm(ConsentState To, DateTimeOffset SaidAt, LegalBasis? Basis, string? Proof);

/// <summary>Records what a person said of being written to.</summary>
public sealed class ConsentActions(NpgsqlDataSource database, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>Null: it is recorded, or was known; else why it stays as it was (a resource key below "consent-kept.").</summary>
    /// <exception cref="RuleException">The member may not, the contact is gone, or something is missing.</exception>
    public async Task<string?> RecordAsync(ContactId contact, ConsentForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        if (!Enum.IsDefined(form.To) || (form.Basis is { } basis && !Enum.IsDefined(basis)))
        {
            throw new RuleException("consent.invalid");
        }

        var tenant = member.TenantId;
        await using var transaction = await database.BeginAsync(tenant, ct);
        var known = await ConsentSql.LockAsync(transaction.Connection, tenant, [contact], ct);
        if (!known.TryGetValue(contact, out var current))
        {
            throw new RuleException("contact.gone");
        }

        var proof = OneLine.Clean(form.Proof ?? "");
        var news = new ConsentNews(
            form.To,
            form.SaidAt,
            ConsentSource.Member,
            form.To == ConsentState.OptedIn ? form.Basis : null,
            proof.Length > 0 ? proof : null,
            member.UserId
        );
        switch (ConsentRules.Decide(current, news, time.GetUtcNow()))
        {
            case ConsentStep.Kept kept:
                return kept.Reason;
            case ConsentStep.Change change:
                await ConsentSql.WriteAsync(transaction.Connection, tenant, [(contact, change)], member.DisplayName, ct);
                await transaction.CommitAsync(ct);
                hub.Publish(new ContactsChanged(tenant));
                return null;
            default:
                return null;
        }
    }
}
