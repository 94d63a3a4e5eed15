using System.Buffers.Binary;
using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Audiences;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>
/// Makes one row of each person of a launched audience, some thousands in a transaction with where it stands: a copy that is killed leaves the rest to another one.
/// What was judged already is known by the rows, so a number counts once whoever goes on.
/// </summary>
internal sealed class AudienceFreeze
{
    /// <summary>People of one transaction: whoever wants to pause waits that long.</summary>
    private const int Page = 4_000;

    // Between the turns of one campaign, where this copy takes them all.
    private readonly ConcurrentDictionary<CampaignId, Begun> _begun = [];

    /// <summary>True: all are in.</summary>
    public async Task<bool> StepAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        var begun =
            _begun.TryRemove(run.Id, out var mine) && mine.Cursor == run.Cursor && mine.LaunchedAt == run.Launched!.At
                ? mine
                : await BeginAsync(connection, run, ct);
        var people = await AudienceSql.ReadAsync(AudienceSql.Page(connection, run.Tenant, begun.Scope, run.Cursor, Page), ct);
        var (chosen, left) = (new List<Chosen>(people.Count), new List<Left>());
        var moves = new RecipientMoves(run.Tenant, run.Id);
        foreach (var person in people)
        {
            var values = FrozenValues.Of(begun.Texts, begun.Company.Of(person.Name, person.Fields, begun.Fields, run.Values));
            if (begun.Judge.Judge(person.Facts, () => values.HasHole(begun.Texts)) is { } why)
            {
                left.Add(new Left(person.Facts.Contact, why, person.Facts.Phone));
                continue;
            }

            var variant = begun.Fixed is { } shares ? VariantShares.Draw(shares, run.Id.Value, person.Facts.Contact.Value) : null;
            chosen.Add(new Chosen(person.Facts.Contact, person.Facts.Phone!, person.Source, variant, CampaignJson.Write(values)));
            moves.Planned(variant, person.Source);
        }

        var isLast = people.Count < Page;
        await WriteAsync(connection, run, chosen, left, isLast, people.Count > 0 ? people[^1].Facts.Contact : run.Cursor, ct);
        await moves.WriteAsync(connection, ct);
        if (!isLast)
        {
            _begun[run.Id] = begun with { Cursor = people[^1].Facts.Contact };
        }

        return isLast;
    }

    private static async Task<Begun> BeginAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        var rules = await SettingsSql.ReadAsync(connection, run.Tenant, ct);
        // What a segment's days mean was said at the launch.
        var day = Core.Contacts.Segments.SegmentDay.Of(run.Launched!.At, rules.Zone);
        var scope = await AudienceScope.ReadAsync(connection, run.Tenant, run.Audience!, day, ct);
        var policy = new AudiencePolicy(run.Launched.Basis, rules.Cap, rules.Zone, rules.SkipsConversations);
        var judge = new AudienceJudge(policy, run.Schedule?.StartsAt() ?? run.Launched.At);
        if (run.Cursor is not null)
        {
            await SawAsync(connection, run, judge, ct);
        }

        var fields = await FieldSql.AllAsync(connection, run.Tenant, shared: false, ct);
        return new Begun(
            scope,
            judge,
            run.Cursor,
            run.Launched.At,
            [.. run.Variants!.Used.Select(v => TemplateText.Launched(v.Text))],
            run.Variants.Mix == VariantMix.Fixed ? VariantShares.Fixed(run.Variants) : null,
            await TemplateCompany.OfAsync(connection, run.Tenant, ct),
            [.. fields.Values]
        );
    }

    /// <summary>Whose numbers are taken: everybody who was judged and had one that counts.</summary>
    private static async Task SawAsync(NpgsqlConnection connection, CampaignRun run, AudienceJudge judge, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT phone FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2
            UNION ALL
            SELECT phone FROM campaign_exclusions WHERE tenant_id = $1 AND campaign_id = $2 AND reason IN ('UnknownConsent', 'InConversation', 'OverCap', 'ValueMissing')
            """,
            run.Tenant.Value,
            run.Id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            judge.Saw(reader.GetString(0));
        }
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        List<Chosen> chosen,
        List<Left> left,
        bool isLast,
        ContactId? cursor,
        CancellationToken ct
    )
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    """
                    INSERT INTO campaign_recipients (tenant_id, campaign_id, contact_id, place, phone, source, variant, values, state, not_before)
                    SELECT $1, $2, t.contact_id, t.place, t.phone, t.source, t.variant, t.values::jsonb, 'Planned', $9
                    FROM unnest($3::uuid[], $4::int[], $5::text[], $6::smallint[], $7::text[], $8::text[])
                        AS t (contact_id, place, phone, source, variant, values)
                    """,
                    run.Tenant.Value,
                    run.Id.Value,
                    chosen.ConvertAll(c => c.Contact.Value).ToArray(),
                    chosen.ConvertAll(c => PlaceOf(run.Id, c.Contact)).ToArray(),
                    chosen.ConvertAll(c => c.Phone).ToArray(),
                    chosen.ConvertAll(c => c.Source).ToArray(),
                    chosen.ConvertAll(c => c.Variant).ToArray(),
                    chosen.ConvertAll(c => c.Values).ToArray(),
                    run.Launched!.At.ToUniversalTime()
                ),
                TenantSql.Command(
                    """
                    INSERT INTO campaign_exclusions (tenant_id, campaign_id, contact_id, reason, phone)
                    SELECT $1, $2, t.* FROM unnest($3::uuid[], $4::text[], $5::text[]) AS t (contact_id, reason, phone)
                    """,
                    run.Tenant.Value,
                    run.Id.Value,
                    left.ConvertAll(l => l.Contact.Value).ToArray(),
                    left.ConvertAll(l => l.Why.ToString()).ToArray(),
                    left.ConvertAll(l => l.Phone is { Length: > 40 } many ? many[..40] : l.Phone).ToArray()
                ),
                TenantSql.Command(
                    """
                    UPDATE campaign_runs SET cursor = $3, recipients = recipients + $4, excluded = excluded + $5,
                        prepared_at = CASE WHEN $6 THEN now() ELSE NULL END
                    WHERE tenant_id = $1 AND campaign_id = $2
                    """,
                    run.Tenant.Value,
                    run.Id.Value,
                    new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid, Value = (object?)cursor?.Value ?? DBNull.Value },
                    chosen.Count,
                    left.Count,
                    isLast
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>By lot, and the same for whoever asks.</summary>
    private static int PlaceOf(CampaignId campaign, ContactId contact)
    {
        Span<byte> bytes = stackalloc byte[16];
        DerivedKey.Of(campaign.Value, contact.Value, 1).TryWriteBytes(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private sealed record Chosen(ContactId Contact, string Phone, short Source, string? Variant, string Values);

    private sealed record Left(ContactId Contact, Exclusion Why, string? Phone);

    /// <summary>What the turns of one freezing share.</summary>
    private sealed record Begun(
        AudienceScope Scope,
        AudienceJudge Judge,
        ContactId? Cursor,
        DateTimeOffset LaunchedAt,
        IReadOnlyList<TemplateText> Texts,
        IReadOnlyList<VariantShare>? Fixed,
        TemplateCompany Company,
        IReadOnlyList<ContactField> Fields
    );
}
