namespace WhatsAI.Web.Hosting;

/// <summary>Marks an endpoint whose answer is the same whoever asks: who it is stays unasked, and so does the database.</summary>
public sealed class ForAnybody
{
    private ForAnybody() { }

    public static ForAnybody Mark { get; } = new();
}
