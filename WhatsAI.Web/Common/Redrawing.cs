using Microsoft.AspNetCore.Components;

namespace WhatsAI.Web.Common;

/// <summary>A parent draws itself often; what its children show changes seldom.</summary>
internal static class Redrawing
{
    /// <summary>
    /// Takes a component's parameters. False where what it shows is still the same: then it need not be drawn. Its callbacks are not asked, for they always go
    /// to the same parent.
    /// <code>parameters.Change(this, () => (Row, Thread)) ? base.SetParametersAsync(ParameterView.Empty) : Task.CompletedTask</code>
    /// </summary>
    /// <param name="parameters">As the parent gives them, not yet taken.</param>
    /// <param name="component">Whose they are.</param>
    /// <param name="shown">What it shows; not all of it may be empty the first time.</param>
    public static bool Change<T>(this ParameterView parameters, IComponent component, Func<T> shown)
    {
        var before = shown();
        parameters.SetParameterProperties(component);
        return !EqualityComparer<T>.Default.Equals(before, shown());
    }
}
