using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>The one sentence a card ends in: what a person must see to first, then what its campaigns do, then its messages.</summary>
public static class CardLines
{
    public static CardLine Of(
        NumberCardView card,
        DateTimeOffset now,
        TimeZoneInfo zone,
        IStringLocalizer<InstancesText> texts,
        IStringLocalizer<PoolsText> pools,
        IStringLocalizer<IncidentText> incidents
    )
    {
        if (card.Trouble is { } trouble)
        {
            return new CardLine(null, "dns", incidents["card", trouble.ServerName]);
        }

        var sentence = new CardLine(
            NumberWords.ToneOf(card.Sentence.Gravity),
            NumberWords.Icon(card.Sentence),
            NumberWords.Text(card.Sentence, now, zone, texts)
        );
        if (card.Sentence.Gravity is Gravity.Critical or Gravity.Warning)
        {
            return sentence;
        }

        if (PoolWords.GravityOf(card.Row.Watch.Finding) is not Gravity.Fine and var gravity)
        {
            return new CardLine(
                NumberWords.ToneOf(gravity),
                gravity == Gravity.Critical ? "error" : "warning",
                PoolWords.Cause(card.Row.Watch.Finding!, now, zone, pools)
            );
        }

        return card.Sentence.Gravity is Gravity.Unknown or Gravity.Info || card.Member is null
            ? sentence
            : PoolWords.Line(card.Member, now, zone, pools) ?? sentence;
    }
}
