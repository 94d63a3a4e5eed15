namespace WhatsAI.Core.Campaigns.Recipients;

/// <summary>How far a campaign's messages came. Each step contains those after it: who answered has read, whatever receipts were sent.</summary>
/// <param name="Recipients">Everybody who was chosen.</param>
/// <param name="Waiting">Planned, queued or on their way out.</param>
/// <param name="Sent">Went out for sure.</param>
public sealed record Funnel(
    int Recipients,
    int Waiting,
    int Sent,
    int Delivered,
    int Read,
    int Replied,
    int Failed,
    int Skipped,
    int Unconfirmed
)
{
    /// <summary>Of those whose outcome is known, the share that arrived; null where nothing is known yet. Failures count, skipped ones do not.</summary>
    public double? DeliveredShare => Sent + Failed == 0 ? null : (double)Delivered / (Sent + Failed);

    public static Funnel Of(IReadOnlyDictionary<RecipientState, int> counts)
    {
        return new Funnel(
            counts.Values.Sum(),
            Sum(RecipientState.Planned, RecipientState.Queued, RecipientState.Sending),
            Sum(RecipientState.Sent, RecipientState.Delivered, RecipientState.Read, RecipientState.Replied),
            Sum(RecipientState.Delivered, RecipientState.Read, RecipientState.Replied),
            Sum(RecipientState.Read, RecipientState.Replied),
            Sum(RecipientState.Replied),
            Sum(RecipientState.Failed),
            Sum(RecipientState.Skipped),
            Sum(RecipientState.Unconfirmed)
        );

        int Sum(params ReadOnlySpan<RecipientState> states)
        {
            var sum = 0;
            foreach (var state in states)
            {
                sum += counts.GetValueOrDefault(state);
            }

            return sum;
        }
    }
}
