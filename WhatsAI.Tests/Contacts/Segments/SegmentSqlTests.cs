using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Contacts.Segments;

/// <summary>The database and Core mean the same people, whoever they are and whatever is asked.</summary>
public sealed class SegmentSqlTests
{
    private const int People = 120;
    private const int Rules = 250;

    private static readonly SegmentDay _day = SegmentDay.Of(DateTimeOffset.UtcNow, Instances.Pools.PoolSamples.SaoPaulo);
    private static readonly string[] _words =
    [
        "Santo André",
        "SÃO PAULO",
        "osasco",
        "Çok",
        "straße",
        "ⅷ",
        "İzmir",
        "𝗯𝗼𝗹𝗱",
        "a%b_",
        "O'Neil",
        "\\",
        "Ωmega",
    ];
    private static readonly int[] _days = [0, 1, 5, 30, 200, 365];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sql_and_core_select_the_same_people()
    {
        await using var world = await ContactWorld.CreateAsync();
        await world.WithFieldsAsync();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var tags = new[] { await world.TagAsync("ouro"), await world.TagAsync("prata"), await world.TagAsync("ninguém") };
        var campaigns = new[] { new CampaignId(Guid.NewGuid()), new CampaignId(Guid.NewGuid()) };
        var people = await SeedAsync(world, tags, campaigns, random);
        var catalog = new SegmentCatalog(
            ContactSamples.AllFields.ToDictionary(f => f.Key),
            tags.ToHashSet(),
            campaigns.Select(c => c.Value).ToHashSet()
        );
        await using var database = await TestSourceAsync();
        await using var transaction = await database.BeginAsync(world.Tenant.Id, Ct);
        var (some, none) = (0, 0);
        for (var i = 0; i < Rules; i++)
        {
            var rule = Rule(random, tags, campaigns, 1);
            SegmentCheck.Problems(rule, catalog).ShouldBeEmpty();
            await using var command = ContactListSql.Ids(transaction.Connection, world.Tenant.Id, new ContactScope(null, null, rule, _day));
            await using var reader = await command.ExecuteReaderAsync(Ct);
            var found = new HashSet<ContactId>();
            while (await reader.ReadAsync(Ct))
            {
                found.Add(new ContactId(reader.GetGuid(0)));
            }

            var meant = people.Where(p => rule.Holds(p.Value, _day)).Select(p => p.Key).ToHashSet();
            var differs = found.Except(meant).Concat(meant.Except(found)).Take(1).ToArray();
            differs.ShouldBeEmpty($"seed {seed}: {SegmentJson.Write(rule)} of {(differs.Length > 0 ? people[differs[0]] : null)}");
            _ = meant.Count is > 0 and < People ? some++ : none++;
        }

        some.ShouldBeGreaterThan(Rules / 4, $"seed {seed}: rules that select everybody or nobody prove little ({none} of them)");
    }

    private static async Task<NpgsqlDataSource> TestSourceAsync() =>
        NpgsqlDataSource.Create((await WhatsAI.Tests.Common.TestDatabase.AppAsync()));

    private static async Task<Dictionary<ContactId, ContactFacts>> SeedAsync(
        ContactWorld world,
        TagId[] tags,
        CampaignId[] campaigns,
        Random random
    )
    {
        var number = (await MessagingWorld.CreateAsync(world.Tenant.Id)).Instance;
        await using var scope = world.Services.Enter(world.Tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        db.Add(new Campaign(campaigns[0], world.Tenant.Id, "x", new UserId(Guid.NewGuid()), DateTimeOffset.UtcNow));
        foreach (var campaign in campaigns)
        {
            db.Add(
                new CampaignRow
                {
                    TenantId = world.Tenant.Id,
                    CampaignId = campaign,
                    Name = "x",
                    CreatedAt = DateTimeOffset.UtcNow,
                }
            );
        }

        var people = new Dictionary<ContactId, ContactFacts>();
        for (var i = 0; i < People; i++)
        {
            var (id, facts) = Person(db, world, number, tags, campaigns, random);
            people[id] = facts;
        }

        await db.SaveChangesAsync(Ct);
        return people;
    }

    private static (ContactId, ContactFacts) Person(
        ConsoleDb db,
        ContactWorld world,
        InstanceId number,
        TagId[] tags,
        CampaignId[] campaigns,
        Random random
    )
    {
        var (tenant, now) = (world.Tenant.Id, DateTimeOffset.UtcNow);
        var values = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        foreach (var field in ContactSamples.AllFields.Where(_ => random.Next(3) > 0))
        {
            values[field.Key] = Value(field, random);
        }

        var facts = new ContactFacts
        {
            Phone = random.Next(4) == 0 ? null : $"+55{random.Next(11, 14)}9{random.Next(10_000_000, 99_999_999)}",
            Tags = tags[..2].Where(_ => random.Next(2) == 0).ToHashSet(),
            Consent = (ConsentState)random.Next(3),
            Fields = values,
            AddedAt = Some(now.AddDays(-random.Next(400)).AddMinutes(-random.Next(1440))),
            LastFromThem = random.Next(3) == 0 ? null : Some(now.AddDays(-random.Next(400)).AddMinutes(-random.Next(1440))),
        };
        var contact = new Contact
        {
            Id = Id.New<ContactId>(now),
            TenantId = tenant,
            Phone = facts.Phone,
            CreatedAt = facts.AddedAt,
            Values = FieldValues.Write(values),
            FoldedValues = FieldValues.WriteFolded(values),
            ConsentState = facts.Consent,
        };
        var conversation = new Conversation
        {
            Id = Id.New<ConversationId>(now),
            TenantId = tenant,
            InstanceId = number,
            Kind = ConversationKind.Person,
            ContactId = contact.Id,
            CreatedAt = now,
        };
        db.AddRange(contact, conversation);
        db.AddRange(
            facts.Tags.Select(t => new ContactTag
            {
                TenantId = tenant,
                ContactId = contact.Id,
                TagId = t,
            })
        );
        db.Add(
            new ConversationHead
            {
                ConversationId = conversation.Id,
                TenantId = tenant,
                InstanceId = number,
                Kind = ConversationKind.Person,
                Status = ConversationStatus.Resolved,
                LastAt = now,
                LastInboundAt = facts.LastFromThem,
            }
        );
        var (reached, last) = Campaigned(db, conversation, campaigns, random);
        if (random.Next(3) == 0)
        {
            // A line of the console and what never went out are nothing that came to them.
            Say(db, conversation, MessageDirection.Out, now.AddMinutes(-5), DeliveryState.Failed);
            Say(db, conversation, MessageDirection.Out, now.AddMinutes(-5), null, MessageKind.Line);
            var at = Some(now.AddDays(-random.Next(300)));
            Say(db, conversation, MessageDirection.Out, at, random.Next(2) == 0 ? null : DeliveryState.Delivered);
            last = last > at ? last : at;
        }

        return (contact.Id, facts with { LastToThem = last, Campaigns = reached });
    }

    private static (Dictionary<Guid, CampaignReach>, DateTimeOffset?) Campaigned(
        ConsoleDb db,
        Conversation conversation,
        CampaignId[] campaigns,
        Random random
    )
    {
        var reached = new Dictionary<Guid, CampaignReach>();
        DateTimeOffset? last = null;
        foreach (var (i, campaign) in campaigns.Index().Where(_ => random.Next(2) == 0))
        {
            var at = Some(DateTimeOffset.UtcNow.AddDays(-20 - (20 * i)));
            var delivery = new[] { DeliveryState.Failed, DeliveryState.Sent, DeliveryState.Delivered, DeliveryState.Read }[random.Next(4)];
            var message = Say(db, conversation, MessageDirection.Out, at, delivery, origin: MessageOrigin.Campaign);
            db.Add(
                new CampaignSendRow
                {
                    MessageId = message,
                    TenantId = conversation.TenantId,
                    CampaignId = campaign,
                    InstanceId = conversation.InstanceId,
                    ContactId = conversation.ContactId!.Value,
                    At = at,
                    QueueId = Guid.NewGuid(),
                    QueuedAt = at,
                    NotBefore = at,
                }
            );
            if (i == 0 && random.Next(2) == 0)
            {
                // What a recipient's row says counts, whatever the ledger does.
                var state = (RecipientState)random.Next(Enum.GetValues<RecipientState>().Length);
                db.Add(
                    new CampaignRecipientRow
                    {
                        TenantId = conversation.TenantId,
                        CampaignId = campaign,
                        ContactId = conversation.ContactId!.Value,
                        Phone = "+5511977770001",
                        State = state,
                        MessageId = message,
                        NotBefore = at,
                    }
                );
                if (delivery != DeliveryState.Failed)
                {
                    last = last > at ? last : at;
                }

                if (ReachOf(state) is { } reach)
                {
                    reached[campaign.Value] = reach;
                }

                continue;
            }

            if (delivery == DeliveryState.Failed)
            {
                continue;
            }

            last = last > at ? last : at;
            reached[campaign.Value] = (CampaignReach)(delivery - DeliveryState.Sent);
            if (random.Next(3) == 0)
            {
                Say(db, conversation, MessageDirection.In, at.AddHours(30), null);
                reached[campaign.Value] = CampaignReach.Replied;
            }
            else if (random.Next(2) == 0)
            {
                // Too late to be an answer.
                Say(db, conversation, MessageDirection.In, at.AddDays(4), null);
            }
        }

        return (reached, last);
    }

    private static CampaignReach? ReachOf(RecipientState state) =>
        state switch
        {
            RecipientState.Sent => CampaignReach.Sent,
            RecipientState.Delivered => CampaignReach.Delivered,
            RecipientState.Read => CampaignReach.Read,
            RecipientState.Replied => CampaignReach.Replied,
            _ => null,
        };

    private static MessageId Say(
        ConsoleDb db,
        Conversation conversation,
        MessageDirection direction,
        DateTimeOffset at,
        DeliveryState? delivery,
        MessageKind kind = MessageKind.Text,
        MessageOrigin? origin = null
    )
    {
        var message = new Message
        {
            Id = Id.New<MessageId>(at),
            TenantId = conversation.TenantId,
            ConversationId = conversation.Id,
            InstanceId = conversation.InstanceId,
            Direction = direction,
            Origin = origin ?? (direction == MessageDirection.In ? MessageOrigin.Customer : MessageOrigin.Phone),
            Kind = kind,
            Text = "oi",
            Body = MessageBodyJson.Write(new TextBody("oi")),
            SentAt = at,
            CreatedAt = at,
            Delivery = delivery,
        };
        db.Add(message);
        return message.Id;
    }

    // As the database keeps it.
    private static DateTimeOffset Some(DateTimeOffset at) => new(at.Ticks / 10 * 10, TimeSpan.Zero);

    private static FieldValue Value(ContactField field, Random random) =>
        field.Kind switch
        {
            FieldKind.Text => new FieldValue.Text(Word(random)),
            FieldKind.Number => new FieldValue.Number(random.Next(-20, 20) / 2m),
            FieldKind.Date => new FieldValue.Date(_day.Today.AddDays(random.Next(-800, 400))),
            FieldKind.Choice => new FieldValue.Choice(field.Options[random.Next(field.Options.Count)]),
            _ => new FieldValue.YesNo(random.Next(2) == 0),
        };

    private static string Word(Random random) =>
        _words[random.Next(_words.Length)] + (random.Next(3) == 0 ? " " + _words[random.Next(_words.Length)] : "");

    private static SegmentRule Rule(Random random, TagId[] tags, CampaignId[] campaigns, int depth)
    {
        SegmentRule Inner() => Rule(random, tags, campaigns, depth + 1);
        return (depth < 4 ? random.Next(10) : random.Next(3, 10)) switch
        {
            0 => new SegmentRule.All([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Inner())]),
            1 => new SegmentRule.Any([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Inner())]),
            2 => new SegmentRule.Not(Inner()),
            3 => new SegmentRule.HasTag(tags[random.Next(tags.Length)]),
            4 => new SegmentRule.ConsentIs((ConsentState)random.Next(3)),
            5 => new SegmentRule.PhoneStarts("+55" + random.Next(1, 20)),
            6 => new SegmentRule.LastMessage((MessageWay)random.Next(3), _days[random.Next(_days.Length)]),
            7 => new SegmentRule.Added(_days[random.Next(_days.Length)]),
            8 => new SegmentRule.InCampaign(
                random.Next(3) == 0 ? null : campaigns[random.Next(campaigns.Length)].Value,
                (CampaignReach)random.Next(4)
            ),
            _ => OfField(ContactSamples.AllFields[random.Next(ContactSamples.AllFields.Count)], random),
        };
    }

    private static SegmentRule.FieldIs OfField(ContactField field, Random random)
    {
        FieldTest test = (field.Kind, random.Next(5)) switch
        {
            (_, 0) => new FieldTest.IsSet(),
            (FieldKind.Text, 1) => new FieldTest.Contains(
                Word(random)[..1].Trim() is { Length: > 0 } letter && !char.IsSurrogate(letter[0]) ? letter : "a"
            ),
            (FieldKind.Text, _) => new FieldTest.OneOf([Word(random).ToUpperInvariant(), Word(random)]),
            (FieldKind.Choice, _) => new FieldTest.OneOf(["MEDIO", "grande"]),
            (FieldKind.Number, 1) => new FieldTest.NumberWithin(random.Next(-10, 10), null),
            (FieldKind.Number, 2) => new FieldTest.NumberWithin(null, random.Next(-10, 10)),
            (FieldKind.Number, _) => new FieldTest.NumberWithin(-2.5m, 4),
            (FieldKind.Date, 1) => new FieldTest.DaysAgo(_days[random.Next(_days.Length)]),
            (FieldKind.Date, 2) => new FieldTest.DaysAhead(_days[random.Next(_days.Length)]),
            (FieldKind.Date, 3) => new FieldTest.Anniversary(_days[random.Next(_days.Length)]),
            (FieldKind.Date, _) => new FieldTest.DateWithin(_day.Today.AddDays(-300), random.Next(2) == 0 ? null : _day.Today),
            _ => new FieldTest.YesNoIs(random.Next(2) == 0),
        };
        return new SegmentRule.FieldIs(field.Key, test);
    }
}
