using System.Globalization;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;

namespace WhatsAI.Infrastructure.Contacts.Segments;

/// <summary>The values of a query that is put together, in the order of their numbers.</summary>
internal sealed class SqlValues
{
    private readonly List<object?> _values = [];

    public object?[] All => [.. _values];

    /// <summary>The place of a value in the text: "$3".</summary>
    public string Add(object? value)
    {
        _values.Add(value is DateTimeOffset time ? time.ToUniversalTime() : value);
        return "$" + _values.Count.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>
/// A rule as a condition over <c>contacts p</c>, held to <see cref="SegmentEvaluation"/> contact by contact. Whatever a person chose is a parameter; no leaf is ever
/// null, so that its opposite holds where it does not.
/// </summary>
internal static class SegmentSql
{
    /// <summary>For how long a message after a campaign's is taken for an answer to it.</summary>
    private static readonly TimeSpan _answers = TimeSpan.FromDays(Core.Campaigns.Recipients.ReplyRule.DefaultDays);

    public static string Condition(SegmentRule rule, SegmentDay day, SqlValues values) =>
        rule switch
        {
            SegmentRule.All all => Group(all.Rules, " AND ", "true", day, values),
            SegmentRule.Any any => Group(any.Rules, " OR ", "false", day, values),
            SegmentRule.Not not => "(NOT " + Condition(not.Rule, day, values) + ")",
            SegmentRule.HasTag tag => HasTag(values.Add(tag.Tag.Value)),
            SegmentRule.ConsentIs consent => "(p.consent = " + values.Add(consent.State.ToString()) + ")",
            SegmentRule.FieldIs field => "coalesce(" + Test(field.Test, values.Add(field.Field), day, values) + ", false)",
            SegmentRule.PhoneStarts phone => "coalesce(starts_with(p.phone, " + values.Add(phone.Prefix) + "), false)",
            SegmentRule.LastMessage last => LastMessage(last.Way, values.Add(day.StartOf(last.Days))),
            SegmentRule.Added added => "(p.created_at >= " + values.Add(day.StartOf(added.Days)) + ")",
            SegmentRule.InCampaign campaign => InCampaign(campaign, values),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };

    private static string HasTag(string at) =>
        $"EXISTS (SELECT FROM contact_tags t WHERE t.tenant_id = p.tenant_id AND t.contact_id = p.id AND t.tag_id = {at})";

    private static string Group(IReadOnlyList<SegmentRule> rules, string word, string empty, SegmentDay day, SqlValues values) =>
        rules.Count == 0 ? empty : "(" + string.Join(word, rules.Select(r => Condition(r, day, values))) + ")";

    private static string Test(FieldTest test, string key, SegmentDay day, SqlValues values) =>
        test switch
        {
            FieldTest.IsSet => $"(p.fields -> {key} IS NOT NULL)",
            FieldTest.OneOf among => $"(p.folded_fields ->> {key} = ANY ({values.Add(Folded(among.Words))}))",
            FieldTest.Contains part => $"(strpos(p.folded_fields ->> {key}, {values.Add(SegmentEvaluation.Fold(part.Words))}) > 0)",
            FieldTest.NumberWithin span => Number(key, Bound(">=", span.Least, values) + Bound("<=", span.Most, values)),
            FieldTest.DateWithin span => Date(key, Bound(">=", Day(span.First), values) + Bound("<=", Day(span.Last), values)),
            FieldTest.DaysAgo ago => Between(key, day.Today.AddDays(-ago.Days), day.Today, values),
            FieldTest.DaysAhead ahead => Between(key, day.Today, day.Today.AddDays(ahead.Days), values),
            FieldTest.Anniversary within => Date(
                key,
                $" AND substr(v.text, 6) = ANY ({values.Add(Anniversaries(day.Today, within.Days))})"
            ),
            FieldTest.YesNoIs yesNo => $"(p.fields -> {key} = to_jsonb({values.Add(yesNo.Is)}::boolean))",
            _ => throw new ArgumentOutOfRangeException(nameof(test)),
        };

    private static string[] Folded(IEnumerable<string> words) => [.. words.Select(SegmentEvaluation.Fold)];

    // What is no number is not read as one: nobody knows in which order conditions are asked.
    private static string Number(string key, string bounds) =>
        $"(SELECT true{bounds} FROM (SELECT CASE WHEN jsonb_typeof(p.fields -> {key}) = 'number' THEN (p.fields ->> {key})::numeric END AS text) v WHERE v.text IS NOT NULL)";

    // Days as they are written are in their order, letter by letter.
    private static string Date(string key, string bounds) =>
        $"(SELECT true{bounds} FROM (SELECT (p.fields ->> {key}) COLLATE \"C\" AS text) v WHERE jsonb_typeof(p.fields -> {key}) = 'string')";

    private static string Bound(string comparison, object? end, SqlValues values) =>
        end is null ? "" : $" AND v.text {comparison} {values.Add(end)}";

    private static string Between(string key, DateOnly first, DateOnly last, SqlValues values) =>
        Date(key, Bound(">=", Day(first), values) + Bound("<=", Day(last), values));

    private static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Month and day of each date that comes round within so many days.</summary>
    private static string[] Anniversaries(DateOnly today, int days)
    {
        var dates = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i <= days; i++)
        {
            var day = today.AddDays(i);
            dates.Add(day.ToString("MM-dd", CultureInfo.InvariantCulture));
            if (day is { Month: 2, Day: 28 } && !DateTime.IsLeapYear(day.Year))
            {
                dates.Add("02-29");
            }
        }

        return [.. dates];
    }

    private static string LastMessage(MessageWay way, string since)
    {
        var fromThem =
            $"EXISTS (SELECT FROM conversations c JOIN conversation_heads h ON h.tenant_id = p.tenant_id AND h.conversation_id = c.id WHERE c.tenant_id = p.tenant_id AND c.contact_id = p.id AND h.last_inbound_at >= {since})";
        var toThem =
            $"EXISTS (SELECT FROM conversations c JOIN messages m ON m.tenant_id = p.tenant_id AND m.conversation_id = c.id WHERE c.tenant_id = p.tenant_id AND c.contact_id = p.id AND m.sent_at >= {since} AND m.direction = 'Out' AND m.kind NOT IN ('Line', 'Note') AND coalesce(m.delivery, 'Sent') NOT IN ('Queued', 'Failed', 'Skipped'))";
        return way switch
        {
            MessageWay.FromThem => fromThem,
            MessageWay.ToThem => toThem,
            _ => "(" + fromThem + " OR " + toThem + ")",
        };
    }

    /// <summary>
    /// How far a campaign's message came is said by its recipients. Of what went out without them it is read from the ledger; an answer is then one to the last
    /// message before it.
    /// </summary>
    private static string InCampaign(SegmentRule.InCampaign rule, SqlValues values)
    {
        var id = rule.Campaign is { } campaign ? values.Add(campaign) : null;
        var which = id is null ? "" : " AND s.campaign_id = " + id;
        var states = values.Add(
            rule.Reached switch
            {
                CampaignReach.Replied => ["Replied"],
                CampaignReach.Read => ["Read", "Replied"],
                CampaignReach.Delivered => ["Delivered", "Read", "Replied"],
                _ => (string[])["Sent", "Delivered", "Read", "Replied"],
            }
        );
        var recipient =
            $"EXISTS (SELECT FROM campaign_recipients c WHERE c.tenant_id = p.tenant_id AND c.contact_id = p.id{(id is null ? "" : " AND c.campaign_id = " + id)} AND c.state = ANY ({states}))";
        var days = values.Add(_answers);
        var replied =
            $"EXISTS (SELECT FROM messages r WHERE r.tenant_id = p.tenant_id AND r.conversation_id = m.conversation_id AND r.direction = 'In' AND r.sent_at >= m.sent_at AND r.sent_at <= m.sent_at + {days}::interval AND NOT EXISTS (SELECT FROM campaign_sends o WHERE o.tenant_id = p.tenant_id AND o.contact_id = p.id AND o.at > s.at AND o.at <= r.sent_at))";
        var reached = rule.Reached switch
        {
            CampaignReach.Replied => replied,
            CampaignReach.Read => "(m.delivery IN ('Read', 'Played') OR " + replied + ")",
            CampaignReach.Delivered => "(m.delivery IN ('Delivered', 'Read', 'Played') OR " + replied + ")",
            _ => "(m.delivery IN ('Sent', 'Delivered', 'Read', 'Played') OR " + replied + ")",
        };
        var sent =
            $"EXISTS (SELECT FROM campaign_sends s JOIN messages m ON m.tenant_id = p.tenant_id AND m.id = s.message_id WHERE s.tenant_id = p.tenant_id AND s.contact_id = p.id{which} AND NOT EXISTS (SELECT FROM campaign_recipients n WHERE n.tenant_id = p.tenant_id AND n.campaign_id = s.campaign_id AND n.contact_id = p.id) AND {reached})";
        return "(" + recipient + " OR " + sent + ")";
    }
}
