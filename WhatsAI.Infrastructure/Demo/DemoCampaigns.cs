using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>
/// A campaign in each state, made as the machine makes them: launched by the rules, its audience frozen, and each recipient moved by news. The one that runs goes on
/// by itself some minutes later.
/// </summary>
internal sealed class DemoCampaigns(TenantId tenant, UserId owner, UserId manager, DateTimeOffset now)
{
    private const string Zone = "America/Sao_Paulo";
    private static readonly CultureInfo _culture = CultureInfo.GetCultureInfo("pt-BR");

    // Not while the demo is still being made.
    private static readonly TimeSpan _goesOn = TimeSpan.FromMinutes(2);

    private readonly Random _random = new(2027);

    /// <summary>In the transaction in which everything else of the company was written.</summary>
    public async Task WriteAsync(
        ConsoleDb db,
        AudienceFreeze freeze,
        DemoContacts known,
        IReadOnlyList<DemoNumber> numbers,
        CancellationToken ct
    )
    {
        var templates = await db.MessageTemplates.ToDictionaryAsync(t => t.Name, StringComparer.Ordinal, ct);
        var pool = await db.Pools.Where(p => p.Name == "Vendas SP").Select(p => p.Id).SingleAsync(ct);
        InstanceId[] senders = [numbers.Single(d => d.Name == "Vendas").Id, numbers.Single(d => d.Name == "Vendas 02").Id];
        Audience To(params string[] tags) => new([.. tags.Select(t => new AudienceSource.OfTag(known.Tag(t)))], []);
        var offer = new Dictionary<string, string> { ["produto"] = "Café torrado 500 g", ["desconto"] = "15%" };
        var month = new Dictionary<string, string> { ["mes"] = now.ToString("MMMM", _culture) };
        var day = new Dictionary<string, string> { ["dia"] = "quinta-feira" };
        var everybody = To("Cliente ouro", "Revendedor", "Eventos", "Zona leste");

        var draft = Draft("Natal antecipado", now.AddHours(-5), manager);
        draft.Write(templates["Oferta da quinzena"].Id, offer);
        draft.Address(To("Cliente ouro"));
        db.Add(draft);
        db.Add(Draft("Volta às compras", now.AddHours(-1), owner));

        var scheduled = Draft("Sentimos sua falta", now.AddDays(-1), manager);
        scheduled.Write(templates["Sentimos sua falta"].Id, new Dictionary<string, string>());
        scheduled.Address(To("Inadimplente", "Zona leste"));
        scheduled.SendThrough(pool, new CanaryPolicy(), 3);
        var soon = DateTime.SpecifyKind(
            TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(Zone)).Date,
            DateTimeKind.Unspecified
        );
        scheduled.StartAt(new CampaignSchedule(soon.AddDays(4).AddHours(9.5), Zone));
        await LaunchAsync(db, freeze, scheduled, templates["Sentimos sua falta"], now.AddHours(-4), _goesOn, ct);

        var done = await RunAsync("Reposição da semana", day, everybody, now.AddDays(-9));
        await FateAsync(done.Run, senders, 1, badNumber: null);
        await EndAsync(done.Campaign, CampaignState.Completed, CampaignCause.Finished, null, now.AddDays(-9).AddHours(3));

        var cancelled = await RunAsync("Tabela de preços", month, To("Eventos", "Inadimplente"), now.AddDays(-5), "Tabela do mês");
        await FateAsync(cancelled.Run, senders, 0.3, badNumber: null);
        await EndAsync(cancelled.Campaign, CampaignState.Cancelled, CampaignCause.ByPerson, null, now.AddDays(-5).AddHours(1));

        var stopped = await RunAsync("Oferta da quinzena", offer, everybody, now.AddHours(-6));
        await FateAsync(stopped.Run, senders, 0.6, senders[1]);
        var counts = await RunCounts.ReadAsync(Connection(), tenant, stopped.Campaign.Id, ct);
        var verdict = AutoPause.Judge(counts.Whole, counts.Slices, [])!;
        await EndAsync(
            stopped.Campaign,
            CampaignState.Paused,
            CampaignCause.BadSignals,
            new PauseDetail(verdict.Causes, verdict.Culprit),
            now.AddHours(-5)
        );

        var running = await RunAsync(
            "Reposição da semana",
            day,
            To("Revendedor", "Cliente ouro", "Eventos"),
            now.AddMinutes(-50),
            "Reposição de hoje",
            _goesOn
        );
        await FateAsync(running.Run, senders, 0.4, badNumber: null);
        await db.SaveChangesAsync(ct);

        NpgsqlConnection Connection() => (NpgsqlConnection)db.Database.GetDbConnection();

        async Task<(Campaign Campaign, CampaignRun Run)> RunAsync(
            string template,
            Dictionary<string, string> values,
            Audience audience,
            DateTimeOffset at,
            string? name = null,
            TimeSpan? due = null
        )
        {
            var campaign = Draft(name ?? template, at.AddHours(-2), owner);
            campaign.Write(templates[template].Id, values);
            campaign.Address(audience);
            campaign.SendThrough(pool, new CanaryPolicy(10, 10, TimeSpan.FromMinutes(10)), 3);
            return (campaign, await LaunchAsync(db, freeze, campaign, templates[template], at, due, ct));
        }

        async Task EndAsync(Campaign campaign, CampaignState to, CampaignCause cause, PauseDetail? detail, DateTimeOffset at)
        {
            var by = cause == CampaignCause.ByPerson ? owner : (UserId?)null;
            var line = campaign.Become(to, cause, by, at, detail?.ToString());
            db.Update(campaign);
            db.Add(Line(campaign, line));
            await db.SaveChangesAsync(ct);
            if (to != CampaignState.Completed)
            {
                await CampaignSql.HoldAsync(Connection(), tenant, campaign.Id, detail?.Why ?? [StateSql.HeldFor(to)], ct);
            }
        }

        async Task FateAsync(CampaignRun run, InstanceId[] through, double share, InstanceId? badNumber)
        {
            var moves = new RecipientMoves(tenant, run.Id);
            var lines = await LinesAsync(Connection(), run.Id, ct);
            var released = (int)Math.Ceiling(lines.Count * share);
            foreach (var (i, line) in lines.Take(released).Index())
            {
                var number = through[i % through.Length];
                var at = run.Launched!.At.AddSeconds(40 + (i * 45));
                Live(moves, line with { Variant = line.Variant ?? (i % 3 == 0 ? "A" : "B") }, line, number, at, number == badNumber);
            }

            await moves.WriteAsync(Connection(), ct);
            await using var command = Connection()
                .Sql(
                    "UPDATE campaign_runs SET released = $3, last_sent_at = $4, canary_passed = true WHERE tenant_id = $1 AND campaign_id = $2",
                    tenant.Value,
                    run.Id.Value,
                    released,
                    moves.LastSentAt?.UtcDateTime
                );
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private Campaign Draft(string name, DateTimeOffset at, UserId author) => new(Id.New<CampaignId>(at), tenant, name, author, at);

    /// <summary>Launched then, its audience frozen now, as the first turn does.</summary>
    private async Task<CampaignRun> LaunchAsync(
        ConsoleDb db,
        AudienceFreeze freeze,
        Campaign campaign,
        MessageTemplate template,
        DateTimeOffset at,
        TimeSpan? due,
        CancellationToken ct
    )
    {
        var line = campaign.Launch(owner, LegalBasis.LegitimateInterest, template, at);
        db.AddRange(
            campaign,
            Line(campaign, line),
            new CampaignRunRow { TenantId = tenant, CampaignId = campaign.Id },
            new CampaignWorkItem
            {
                TenantId = tenant,
                CampaignId = campaign.Id,
                DueAt = now + due,
            }
        );
        await db.SaveChangesAsync(ct);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await CampaignLane.OpenAsync(
            connection,
            tenant,
            new CampaignFeed(campaign.PoolId!.Value, campaign.Id, campaign.Name, ReleaseTurn.Priority, []),
            ct
        );
        var run = (await RunSql.TakeAsync(connection, tenant, campaign.Id, ct))!;
        while (!await freeze.StepAsync(connection, run, ct))
        {
            run = (await RunSql.TakeAsync(connection, tenant, campaign.Id, ct))!;
        }

        return run;
    }

    private static async Task<List<RecipientLine>> LinesAsync(NpgsqlConnection connection, CampaignId campaign, CancellationToken ct)
    {
        await using var command = connection.Sql(
            $"SELECT {RecipientNews.Columns} FROM campaign_recipients WHERE campaign_id = $1 ORDER BY place",
            campaign.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lines = new List<RecipientLine>();
        while (await reader.ReadAsync(ct))
        {
            lines.Add(RecipientNews.Read(reader));
        }

        return lines;
    }

    /// <summary>What becomes of one recipient, told as the database tells it.</summary>
    private void Live(RecipientMoves moves, RecipientLine released, RecipientLine planned, InstanceId number, DateTimeOffset at, bool isBad)
    {
        var line = released;
        var lot = _random.Next(100);
        if (lot < 2)
        {
            moves.Move(planned, planned with { State = RecipientState.Skipped, Reason = "skipped.with-agent" });
            return;
        }

        if (lot < 5)
        {
            Hear(nameof(RecipientState.Failed), at, "failed.number-not-on-whats-app");
            moves.FailedAt(at);
        }
        else if (lot < 6)
        {
            Hear(nameof(RecipientState.Unconfirmed), at, "unconfirmed.timed-out");
        }
        else
        {
            Hear(nameof(RecipientState.Sent), at);
            var (arrives, reads) = (at.AddSeconds(_random.Next(2, 90)), at.AddMinutes(_random.Next(3, 200)));
            if (lot < 97)
            {
                Hear(nameof(RecipientState.Delivered), arrives);
            }

            if (lot < 75)
            {
                Hear(nameof(RecipientState.Read), reads);
            }

            if (lot < 20)
            {
                Hear(nameof(RecipientState.Replied), reads.AddMinutes(_random.Next(1, 30)));
            }

            if (isBad && lot is >= 20 and < 40)
            {
                Hear(RecipientMoves.OptedOut, arrives.AddMinutes(2));
            }
        }

        moves.Move(planned, line);

        void Hear(string kind, DateTimeOffset when, string? reason = null)
        {
            if (when < now)
            {
                line = RecipientNews.After(line, new RecipientNews.News(line.Contact, kind, when, number, null, reason));
            }
        }
    }

    private CampaignChangeRow Line(Campaign campaign, CampaignChange line) =>
        new()
        {
            Id = Id.New<CampaignId>(line.At).Value,
            TenantId = tenant,
            CampaignId = campaign.Id,
            From = line.From,
            To = line.To,
            Cause = line.Cause,
            ById = line.By,
            ByName = line.By is null ? null : "Ana Ribeiro",
            At = line.At,
            Detail = line.Detail,
        };
}
