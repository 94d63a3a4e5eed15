namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Wakes this process's workers at once after a commit that made work due. A hint: without it work starts within a second.</summary>
public sealed class WorkSignal
{
    private readonly SemaphoreSlim[] _raised = [.. Enum.GetValues<WorkKind>().Select(_ => new SemaphoreSlim(0, 1))];

    public void Raise(WorkKind kind)
    {
        try
        {
            _raised[(int)kind].Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised already.
        }
    }

    internal Task<bool> WaitAsync(WorkKind kind, TimeSpan atMost, CancellationToken cancellation) =>
        _raised[(int)kind].WaitAsync(atMost, cancellation);
}
