namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>Wakes this copy's machine before its next look; a hint, what is due stands in the rows.</summary>
public sealed class CampaignSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already.
        }
    }

    public void Dispose() => _raised.Dispose();

    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation) => _raised.WaitAsync(atMost, cancellation);
}
