namespace WhatsAI.Tests.Common;

/// <summary>Awaits a condition instead of sleeping for a guess.</summary>
internal static class Wait
{
    /// <exception cref="TimeoutException">It did not come true within <paramref name="seconds"/>.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, double seconds = 20)
    {
        var end = DateTimeOffset.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            if (DateTimeOffset.UtcNow > end)
            {
                throw new TimeoutException($"Not within {seconds} s: {what}");
            }

            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what, double seconds = 20) =>
        UntilAsync(() => Task.FromResult(condition()), what, seconds);
}
