using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Segments;

/// <summary>What a rule means. SQL that finds a segment's contacts is held to this, contact by contact.</summary>
public static class SegmentEvaluation
{
    public static bool Holds(this SegmentRule rule, ContactFacts facts, SegmentDay day) =>
        rule switch
        {
            SegmentRule.All all => all.Rules.All(r => r.Holds(facts, day)),
            SegmentRule.Any any => any.Rules.Any(r => r.Holds(facts, day)),
            SegmentRule.Not not => !not.Rule.Holds(facts, day),
            SegmentRule.HasTag tag => facts.Tags.Contains(tag.Tag),
            SegmentRule.ConsentIs consent => facts.Consent == consent.State,
            SegmentRule.FieldIs field => facts.Fields.TryGetValue(field.Field, out var value) && Holds(field.Test, value, day),
            SegmentRule.PhoneStarts phone => facts.Phone?.StartsWith(phone.Prefix, StringComparison.Ordinal) == true,
            SegmentRule.LastMessage last => (last.Way != MessageWay.ToThem && facts.LastFromThem >= day.StartOf(last.Days))
                || (last.Way != MessageWay.FromThem && facts.LastToThem >= day.StartOf(last.Days)),
            SegmentRule.Added added => facts.AddedAt >= day.StartOf(added.Days),
            SegmentRule.InCampaign { Campaign: { } id } campaign => facts.Campaigns.TryGetValue(id, out var reached)
                && reached >= campaign.Reached,
            SegmentRule.InCampaign any => facts.Campaigns.Values.Any(r => r >= any.Reached),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };

    /// <summary>As texts are compared: case, accents and the spaces at the ends make no difference.</summary>
    public static string Fold(string text) => FoldedText.Of(text.Trim()).Text;

    private static bool Holds(FieldTest test, FieldValue value, SegmentDay day) =>
        (test, value) switch
        {
            (FieldTest.IsSet, _) => true,
            (FieldTest.OneOf among, FieldValue.Text text) => among.Words.Any(w => Fold(w) == Fold(text.Words)),
            (FieldTest.OneOf among, FieldValue.Choice choice) => among.Words.Any(w => Fold(w) == Fold(choice.Option)),
            (FieldTest.Contains part, FieldValue.Text text) => Fold(text.Words).Contains(Fold(part.Words), StringComparison.Ordinal),
            (FieldTest.NumberWithin span, FieldValue.Number number) => !(number.Amount < span.Least) && !(number.Amount > span.Most),
            (FieldTest.DateWithin span, FieldValue.Date date) => !(date.Day < span.First) && !(date.Day > span.Last),
            (FieldTest.DaysAgo ago, FieldValue.Date date) => date.Day <= day.Today && date.Day >= day.Today.AddDays(-ago.Days),
            (FieldTest.DaysAhead ahead, FieldValue.Date date) => date.Day >= day.Today && date.Day <= day.Today.AddDays(ahead.Days),
            (FieldTest.Anniversary within, FieldValue.Date date) => ComesRound(date.Day, within.Days, day.Today),
            (FieldTest.YesNoIs yesNo, FieldValue.YesNo answer) => yesNo.Is == answer.Is,
            _ => false,
        };

    private static bool ComesRound(DateOnly date, int days, DateOnly today)
    {
        var next = SegmentDay.InYear(date, today.Year);
        next = next < today ? SegmentDay.InYear(date, today.Year + 1) : next;
        return next <= today.AddDays(days);
    }
}
